"""What a worker process of the crash tests is asked to do, and what it answers; both are JSON."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from tests.crash.events import Point


@dataclass(frozen=True)
class Job:
    """One run of the worker on the data in ``folder`` (PostgreSQL: at ``url``).

    ``former_user``: whose mailbox prepared data name, to be replaced by ``user``. ``looks``: how
    often it looks, unless it ends before: ``kill_at`` that moment, or ``kill_after`` seconds.
    ``prepare``: make the data of this configuration instead.
    """

    folder: str
    user: str = ""
    former_user: str = ""
    url: str | None = None
    protocol: str = "imap"
    server_port: int = 0
    smtp_port: int = 0
    looks: int = 1
    kill_at: Point | None = None
    kill_after: float | None = None
    prepare: dict[str, Any] | None = None

    def text(self) -> str:
        """On one line."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, text: str) -> Self:
        """From :meth:`text`."""
        values = json.loads(text)
        if values["kill_at"] is not None:
            values["kill_at"] = tuple(values["kill_at"])
        return cls(**values)


@dataclass(frozen=True)
class Mail:
    """A row of the ledger: the subject, its end, what the server is owed, a digest of its bytes."""

    subject: str
    end: str
    disposition: str
    sha256: str


@dataclass(frozen=True)
class State:
    """What the data say after a run."""

    mails: tuple[Mail, ...] = ()
    work_items: tuple[str, ...] = ()
    """The subject of each."""
    conversations: tuple[str, ...] = ()
    """The subject of each mail of each work item."""
    deliveries: tuple[tuple[str, str], ...] = ()
    """Recipient and state of each."""


@dataclass(frozen=True)
class Answer:
    """How a run ended. ``killed``: by SIGKILL; ``died_at`` names where it killed itself."""

    killed: bool = False
    died_at: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    state: State = field(default_factory=State)

    def text(self) -> str:
        """On one line."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, text: str) -> Self:
        """From :meth:`text`."""
        values = json.loads(text)
        state = values["state"]
        values["errors"] = tuple(values["errors"])
        values["state"] = State(
            tuple(Mail(**mail) for mail in state["mails"]),
            tuple(state["work_items"]),
            tuple(state["conversations"]),
            tuple((recipient, how) for recipient, how in state["deliveries"]),
        )
        return cls(**values)
