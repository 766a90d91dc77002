"""The page-level bars of the monitor: pauses, the breaker, held mailboxes, disk, other workers."""

from collections.abc import Callable
from dataclasses import dataclass

from enate_desktop.item_models.monitor_state import counted, pause_words, until_text
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


class MonitorBars:
    """Shows a bar while its reason lasts; unchanged ones stay as they are."""

    def __init__(self, messages: MessageStack, actions: BarActions) -> None:
        """Show bars in ``messages``."""
        self._messages = messages
        self._actions = actions
        self._shown: dict[str, str] = {}

    def show(self, overview: Overview, stopped: str) -> None:
        """Show what ``overview`` tells; ``stopped`` is why sending is stopped, or empty."""
        wanted: dict[str, tuple[str, MessageKind, tuple[MessageAction, ...]]] = {}
        paused = [status for status in overview.connectors if status.pause is not None]
        if paused:
            ids = [status.connector.id for status in paused]
            words = _paused_words(paused, overview)
            wanted["paused"] = (words, MessageKind.WARNING, (self._resume(ids),))
        if stopped:
            start = MessageAction("Start again", self._actions.start_sending, False)
            words = f"Sending is stopped. {stopped}"
            wanted["sending"] = (words, MessageKind.ERROR, (start,))
        for status in overview.connectors:
            if status.held:
                words, actions = _held_words(status), self._held(status.connector.id)
                wanted[f"held-{status.connector.id}"] = (words, MessageKind.WARNING, actions)
            if status.figure is not None and status.figure.unexplained:
                key = status.connector.id
                check = MessageAction(
                    "Check against the server now", lambda key=key: self._actions.count(key), False
                )
                wanted[f"unexplained-{key}"] = (_unexplained(status), MessageKind.ERROR, (check,))
        if overview.free_bytes is not None and overview.free_bytes < _LOW_BYTES:
            words = (
                f"The disk has {overview.free_bytes >> 20:,} MB left. When it is full, mail stays"
                " on the server. Free some space."
            )
            wanted["disk"] = (words, MessageKind.WARNING, ())
        for key in self._shown.keys() - wanted.keys():
            self._messages.dismiss(key)
        for key, (words, kind, actions) in wanted.items():
            if self._shown.get(key) != words:
                self._messages.show_message(kind, words, *actions, key=key, closable=False)
        self._shown = {key: words for key, (words, _, _) in wanted.items()}

    def _resume(self, ids: list[int]) -> MessageAction:
        return MessageAction("Resume", lambda: self._actions.resume(ids), False)

    def _held(self, connector_id: int) -> tuple[MessageAction, MessageAction]:
        return (
            MessageAction("Take in", lambda: self._actions.take_held(connector_id), False),
            MessageAction("Skip", lambda: self._actions.skip_held(connector_id), False),
        )


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
