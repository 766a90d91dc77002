"""The monitor's lists as tables of plain texts: mails, errors and the log (UI 3.10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject
from typing_extensions import override

from enate_desktop.domain.work_items import End
from enate_desktop.item_models.monitor_state import moment_text
from enate_desktop.item_models.row_table import RowTable
from enate_desktop.item_models.time_text import clock_text, day_text, whole_text
from enate_desktop.services.monitor import LogLine, MailLine, WorkerError

MAIL_HEADERS = ("Time", "Connector", "Mail", "Where it went", "Took")
ERROR_HEADERS = ("Time", "Connector", "Side", "What happened", "What the server said")
LOG_HEADERS = ("Time", "Level", "Connector", "Text")
_TROUBLE = {End.UNHANDLED: "warning", End.QUARANTINED: "error", End.PENDING: "info"}
_LEVELS = {"warning": "warning", "error": "error", "critical": "error"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a lasting key, its texts, colour by the name of a token, and what it stands for."""

    key: int
    cells: tuple[str, ...]
    colour: str = "text"
    coloured: int = -1
    """The column in that colour; the others are plain."""
    whole: str = ""
    thing: object = None

    def as_text(self) -> str:
        """The row to paste elsewhere: cells between tabs, without line breaks."""
        return "\t".join(" ".join(cell.split()) for cell in self.cells)


class LineTableModel(RowTable[Line]):
    """Shows lines; rows keep their identity when the list is read again."""

    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.headers = tuple(headers)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line, from the top."""
        return tuple(self._rows)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these; the last of several with one key."""
        shown = tuple({line.key: line for line in lines}.values())
        if shown != self.lines:
            self.take_up(shown)

    @override
    def key(self, row: Line) -> int:
        return row.key

    @override
    def text(self, row: Line, column: int) -> str:
        return row.cells[column]

    @override
    def tooltip(self, row: Line, column: int) -> str:
        return row.whole if column == 0 and row.whole else row.cells[column]

    @override
    def spoken(self, row: Line, column: int) -> str:
        return f"{self.headers[column]}: {row.cells[column] or 'nothing'}"

    @override
    def token(self, row: Line, column: int) -> str:
        if column == row.coloured:
            return row.colour
        return "secondary" if column == 0 else "text"


def mail_row(mail: MailLine, now: datetime) -> Line:
    """A mail that was taken in."""
    took = "" if mail.took_ms is None else _took(mail.took_ms)
    subject = f"#{mail.uid} “{mail.subject}”" if mail.subject else f"#{mail.uid} (no subject)"
    cells = (_time(mail.at, now), mail.connector, subject, mail.words, took)
    colour = _TROUBLE.get(mail.end, "text")
    return Line(mail.intake_id, cells, colour, 3, whole_text(mail.at), mail)


def error_row(error: WorkerError, names: Mapping[int, str], now: datetime) -> Line:
    """A failure with a server."""
    name = names.get(error.connector_id, "(deleted connector)")
    cells = (_time(error.at, now), name, error.side, error.sentence, error.server_words)
    return Line(error.id, cells, "error", 3, whole_text(error.at), error)


def log_row(line: LogLine, place: int) -> Line:
    """A record of the log; ``place`` tells it from others of the same text."""
    cells = (line.time, line.level, line.connector, line.text)
    return Line(place, cells, _LEVELS.get(line.level, "secondary"), 1, line.time, line)


def _time(moment: datetime, now: datetime) -> str:
    if day_text(moment, now) == day_text(now, now):
        return clock_text(moment, seconds=True)
    return moment_text(moment, now)


def _took(milliseconds: int) -> str:
    return f"{milliseconds} ms" if milliseconds < 10_000 else f"{milliseconds // 1000:,} s"
