"""The text to hand to support: data, worker, errors, counts; names only when they are wanted."""

import re
from collections.abc import Iterable, Iterator

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.work_items import End
from enate_desktop.services.context import Context
from enate_desktop.storage.monitor import WorkerError
from enate_desktop.storage.unit_of_work import UnitOfWork

_ERRORS = 5
_SHORTEST = 3
"""A shorter name would be found inside other words."""
_ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]]+@[\w.\[\]:-]+\w")
_HOST = re.compile(r"(?<![\w.-])(?:[\w-]+\.)+[a-z][a-z0-9-]+(?![\w-])", re.IGNORECASE)
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\w)")
_IPV6 = re.compile(
    r"(?<![\w:])(?=[0-9a-f:]*(?:::|(?::[0-9a-f]+){4}))[0-9a-f:]+(?![\w:])", re.IGNORECASE
)


def diagnostics_text(work: UnitOfWork, context: Context, *, include_addresses: bool) -> str:
    """Kind and schema of the data, the connectors' states, the last errors, and counts."""
    connectors = work.connectors.all()
    lines = [
        f"Data: {work.monitor.kind_of_data()}",
        f"Configuration: revision {work.facts.revision()}",
        "",
        "Connectors:",
        *(_connector(work, connector) for connector in connectors),
        "",
        f"Last {_ERRORS} errors:",
        *_errors(work.monitor.errors(limit=_ERRORS), connectors),
        "",
        "Counts:",
        *(
            f"{end}: {sum(work.monitor.with_end(end).values())}"
            for end in (End.PENDING, End.UNHANDLED, End.QUARANTINED)
        ),
        *_deliveries(work),
    ]
    text = "\n".join(lines)
    if include_addresses:
        return text
    return Masking(_names(connectors, context)).applied_to(text)


class Masking:
    """Replaces names, addresses and hosts by placeholders; the same one by the same every time."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """``names`` are pairs of a name to hide and what it is (``host``, ``user``)."""
        self._marks: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._names = sorted(
            {(name, kind) for name, kind in names if len(name) >= _SHORTEST},
            key=lambda pair: (-len(pair[0]), pair),
        )

    def applied_to(self, text: str) -> str:
        """``text`` without anything that says who and where."""
        for name, kind in self._names:
            mark = self._mark(name, kind)
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", mark, text, flags=re.IGNORECASE)
        text = _ADDRESS.sub(lambda found: self._mark(found[0], "address"), text)
        for pattern in (_HOST, _IPV4, _IPV6):
            text = pattern.sub(lambda found: self._mark(found[0], "host"), text)
        return text

    def _mark(self, name: str, kind: str) -> str:
        key = name.casefold()
        if key not in self._marks:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._marks[key] = f"<{kind} {self._counts[kind]}>"
        return self._marks[key]


def _names(connectors: Iterable[Connector], context: Context) -> Iterator[tuple[str, str]]:
    yield context.me.login, "user"
    for connector in connectors:
        yield connector.name, "connector"
        yield connector.primary_address, "address"
        for settings in connector.sides.values():
            yield settings.host, "host"
            yield settings.username, "user"
            yield settings.additional_mailbox or "", "address"
            if settings.oauth is not None:
                yield settings.oauth.client_id, "registration"
                yield settings.oauth.tenant, "registration"


def _connector(work: UnitOfWork, connector: Connector) -> str:
    condition = connector.condition
    services = ", ".join(settings.service for settings in connector.sides.values())
    state = f"{condition.health}" if connector.enabled else f"off ({condition.health})"
    checked = f"{condition.last_check:%Y-%m-%d %H:%M:%S} UTC" if condition.last_check else "never"
    count = work.mailbox_counts.all().get(connector.id)
    figure = ""
    if count is not None:
        figure = f", on the server {count.on_server}, unexplained {count.unexplained}"
    failures = f", failures {condition.failures}" if condition.failures else ""
    reason = f" – {condition.reason}" if condition.reason else ""
    return f"{connector.name} [{services}] {state}, last check {checked}{failures}{figure}{reason}"


def _errors(errors: Iterable[WorkerError], connectors: Iterable[Connector]) -> Iterator[str]:
    names = {connector.id: connector.name for connector in connectors}
    for error in errors:
        name = names.get(error.connector_id, f"connector {error.connector_id}")
        yield f"{error.at:%Y-%m-%d %H:%M:%S} UTC {name}, {error.side}: {error.sentence}"
        if error.server_words:
            yield f"  The server said: {error.server_words}"


def _deliveries(work: UnitOfWork) -> Iterator[str]:
    for states in work.monitor.unsent().values():
        for state, number in states.items():
            yield f"deliveries {state}: {number}"
