"""The page-level bars of the monitor: pauses, the breaker, held mailboxes, disk, other workers."""

from collections.abc import Callable
from dataclasses import dataclass

from enate_desktop.item_models.monitor_state import (
    counted,
    moment_text,
    pause_words,
    until_text,
)
from enate_desktop.item_models.worker_facts import WorkerFacts
from enate_desktop.services.monitor import ConnectorStatus, Overview
from enate_desktop.views.message_bar import MessageAction, MessageKind, MessageStack

_LOW_BYTES = 500 << 20


@dataclass(frozen=True, slots=True)
class BarActions:
    """What the buttons of the bars do; connector ids where they are asked for."""

    resume: Callable[[list[int]], object]
    start_sending: Callable[[], object]
    take_held: Callable[[int], object]
    skip_held: Callable[[int], object]
    count: Callable[[int], object]
    start_worker: Callable[[], object]
    diagnose: Callable[[], object]


Bar = tuple[str, MessageKind, tuple[MessageAction, ...]]


class MonitorBars:
    """Shows a bar while its reason lasts; unchanged ones stay as they are."""

    def __init__(self, messages: MessageStack, actions: BarActions) -> None:
        """Show bars in ``messages``."""
        self._messages = messages
        self._actions = actions
        self._shown: dict[str, str] = {}

    def show(self, overview: Overview, stopped: str, facts: WorkerFacts) -> None:
        """Show what ``overview`` tells; ``stopped`` is why sending is stopped, or empty."""
        wanted = self._of_worker(overview, facts) | self._of_all(overview, stopped)
        for status in overview.connectors:
            wanted |= self._of_one(status)
        for key in self._shown.keys() - wanted.keys():
            self._messages.dismiss(key)
        for key, (words, kind, actions) in wanted.items():
            if self._shown.get(key) != words:
                self._messages.show_message(kind, words, *actions, key=key, closable=False)
        self._shown = {key: words for key, (words, _, _) in wanted.items()}

    def _of_worker(self, overview: Overview, facts: WorkerFacts) -> dict[str, Bar]:
        found: dict[str, Bar] = {}
        if facts.trouble:
            words = f"The worker could not be started. {facts.trouble}"
            actions = (
                MessageAction("Start worker", self._actions.start_worker, False),
                MessageAction("Copy diagnostics", self._actions.diagnose, False),
            )
            found["worker"] = (words, MessageKind.ERROR, actions)
        for place, words in enumerate(_elsewhere_words(overview, facts)):
            found[f"elsewhere-{place}"] = (words, MessageKind.INFO, ())
        return found

    def _of_all(self, overview: Overview, stopped: str) -> dict[str, Bar]:
        found: dict[str, Bar] = {}
        paused = [status for status in overview.connectors if status.pause is not None]
        if paused:
            ids = [status.connector.id for status in paused]
            words = _paused_words(paused, overview)
            found["paused"] = (words, MessageKind.WARNING, (self._resume(ids),))
        if stopped:
            start = MessageAction("Start again", self._actions.start_sending, False)
            found["sending"] = (f"Sending is stopped. {stopped}", MessageKind.ERROR, (start,))
        if overview.free_bytes is not None and overview.free_bytes < _LOW_BYTES:
            words = (
                f"The disk has {overview.free_bytes >> 20:,} MB left. When it is full, mail stays"
                " on the server. Free some space."
            )
            found["disk"] = (words, MessageKind.WARNING, ())
        return found

    def _of_one(self, status: ConnectorStatus) -> dict[str, Bar]:
        key, found = status.connector.id, dict[str, Bar]()
        if status.held:
            found[f"held-{key}"] = (_held_words(status), MessageKind.WARNING, self._held(key))
        if status.figure is not None and status.figure.unexplained:
            check = MessageAction(
                "Check against the server now", lambda: self._actions.count(key), False
            )
            found[f"unexplained-{key}"] = (_unexplained(status), MessageKind.ERROR, (check,))
        return found

    def _resume(self, ids: list[int]) -> MessageAction:
        return MessageAction("Resume", lambda: self._actions.resume(ids), False)

    def _held(self, connector_id: int) -> tuple[MessageAction, MessageAction]:
        return (
            MessageAction("Take in", lambda: self._actions.take_held(connector_id), False),
            MessageAction("Skip", lambda: self._actions.skip_held(connector_id), False),
        )


def _elsewhere_words(overview: Overview, facts: WorkerFacts) -> list[str]:
    """A sentence for each other computer, naming the mailboxes unless all of them are there."""
    by_holder: dict[tuple[str, str], list[ConnectorStatus]] = {}
    for status in overview.connectors:
        if status.connector.id in facts.standby and status.holder is not None:
            where = (status.holder.host, status.holder.login)
            by_holder.setdefault(where, []).append(status)
    every = sum(status.connector.enabled for status in overview.connectors)
    found = []
    for (host, login), statuses in by_holder.items():
        since = min(status.holder.since for status in statuses if status.holder is not None)
        names = ", ".join(f"“{status.connector.name}”" for status in statuses)
        of = "" if len(statuses) == every else f" of {names}"
        found.append(
            f"Mail{of} is being fetched by this program on {host} ({login}) since"
            f" {moment_text(since, overview.now)}. You can edit; fetching stays there."
        )
    return found


def _paused_words(paused: list[ConnectorStatus], overview: Overview) -> str:
    if len(paused) == 1:
        name = f"“{paused[0].connector.name}”"
    else:
        every = len(paused) == sum(status.connector.enabled for status in overview.connectors)
        name = "Every connector" if every else f"{len(paused)} connectors"
    words = pause_words(paused[0], overview.now)
    ends = [status.pause.until for status in paused if status.pause and status.pause.until]
    left = f", {until_text(max(ends), overview.now)[3:]} left" if ends else ""
    return f"{name}: {words[:1].lower()}{words[1:]}{left}. Mail waits on the server."


def _held_words(status: ConnectorStatus) -> str:
    return (
        f"“{status.connector.name}” was rebuilt on the server: {counted(status.held, 'mail')}"
        " would be new. Nothing of it is decided until you take the new ones in or skip them."
    )


def _unexplained(status: ConnectorStatus) -> str:
    figure = status.figure
    details = " ".join(figure.details) if figure else ""
    number = figure.unexplained if figure else 0
    return f"“{status.connector.name}”: {counted(number, 'mail')} unexplained. {details}".rstrip()
