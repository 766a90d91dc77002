"""What a mutation touched, so that every view knows what to read again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """``routes`` and ``conditions`` hold connector ids; combine with ``|``.

    ``outbox``: a delivery was queued, sent or given up; ``worker``: a pause, a lease, an error or
    a mailbox figure moved.
    """

    connectors: frozenset[int] = frozenset()
    routes: frozenset[int] = frozenset()
    conditions: frozenset[int] = frozenset()
    directory: bool = False
    work_items: bool = False
    unhandled: bool = False
    outbox: bool = False
    worker: bool = False

    def __or__(self, other: "Changes") -> "Changes":
        """Everything either of them touched."""
        return Changes(
            connectors=self.connectors | other.connectors,
            routes=self.routes | other.routes,
            conditions=self.conditions | other.conditions,
            directory=self.directory or other.directory,
            work_items=self.work_items or other.work_items,
            unhandled=self.unhandled or other.unhandled,
            outbox=self.outbox or other.outbox,
            worker=self.worker or other.worker,
        )

    def __bool__(self) -> bool:
        """Whether anything was touched."""
        return self != NOTHING


NOTHING = Changes()
