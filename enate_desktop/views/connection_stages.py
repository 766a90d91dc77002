"""The stages of a connection test as rows that fill while it runs."""

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from enate_desktop.domain.connectors import Side, UseFor
from enate_desktop.mail.report import STAGES, Stage, StageResult, StageState
from enate_desktop.views import fonts
from enate_desktop.views.accessibility import plain_tooltip
from enate_desktop.views.connection_words import breakable, never_wider, unbroken
from enate_desktop.views.picture import Picture
from enate_desktop.views.widgets import label

WORDS = {
    Stage.DNS: "DNS",
    Stage.TCP: "TCP",
    Stage.TLS: "TLS",
    Stage.SIGN_IN: "Sign-in",
    Stage.CAPABILITIES: "Capabilities",
    Stage.FOLDER: "Folder",
    Stage.SEND: "Send",
}
_SHAPES = {
    StageState.PASSED: ("circle-check", "ok"),
    StageState.FAILED: ("circle-x", "error"),
    StageState.NOT_REACHED: ("circle", "placeholder"),
    StageState.NOT_NEEDED: ("minus", "placeholder"),
}
_MOST_CAPABILITIES = 6
_TICK_MILLISECONDS = 500
_END = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignTrailing
_WAITING, _RUNNING = ("circle", "placeholder"), ("circle-dot", "accent")


def time_taken(milliseconds: int) -> str:
    """``21 ms``, from a second on ``2.4 s``."""
    if milliseconds < 1:
        return "< 1 ms"
    return f"{milliseconds} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


class StageRow:
    """Shape, name, words and time of one stage, in a row of a grid."""

    def __init__(self, grid: QGridLayout, row: int, stage: Stage) -> None:
        self._stage = stage
        self._shown = _WAITING
        self._faded = False
        self._picture = Picture(*_WAITING)
        self._name = label(WORDS[stage])
        self._words = label("", colour="secondary", wrap=True)
        never_wider(self._words)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._took = label("", colour="placeholder")
        self._took.setFont(fonts.tabular_font(fonts.secondary_font()))
        for column, part in enumerate((self._picture, self._name, self._words, self._took)):
            grid.addWidget(part, row, column, Qt.AlignmentFlag.AlignTop)
        grid.setAlignment(self._took, _END)
        self._took.setContentsMargins(0, 1, 0, 0)

    @property
    def text(self) -> str:
        """What is said of the stage."""
        return unbroken(self._words.text())

    @property
    def shape(self) -> str:
        """The name of the shape shown."""
        return self._picture.shape

    @property
    def took(self) -> str:
        """How long it took, in words."""
        return self._took.text()

    def wait(self) -> None:
        """The test has not come to it."""
        self._show(_WAITING, "", "")

    def run(self) -> None:
        """The test is at it."""
        self._show(_RUNNING, "…", "")

    def show_seconds(self, seconds: int) -> None:
        """How long the test has been at it."""
        self._took.setText(f"{seconds} s")

    def end(self, result: StageResult) -> None:
        """How it ended."""
        plain = {
            StageState.NOT_REACHED: "not reached",
            StageState.NOT_NEEDED: result.detail or "not needed",
        }
        words = plain.get(result.state, result.detail)
        took = "" if result.state in plain else time_taken(result.took_ms)
        shown = _some(words) if self._stage is Stage.CAPABILITIES else words
        self._show(_SHAPES[result.state], shown, took)
        self._words.setToolTip(plain_tooltip(words) if shown != words else "")

    def set_faded(self, faded: bool) -> None:
        """Show it as a thing of the past, or as it is."""
        self._faded = faded
        self._paint()

    def _show(self, shown: tuple[str, str], words: str, took: str) -> None:
        self._shown = shown
        self._words.setText(breakable(words))
        self._words.setToolTip("")
        self._took.setText(took)
        self._name.setAccessibleDescription(f"{words} {took}".strip())
        self._paint()

    def _paint(self) -> None:
        shape, colour = self._shown
        self._picture.set_picture(shape, "placeholder" if self._faded else colour)
        self._name.set_colour("placeholder" if self._faded else "text")
        self._words.set_colour("placeholder" if self._faded else "secondary")


def _some(words: str) -> str:
    """The first capabilities; the others are in the tooltip and in the details to copy."""
    found = words.split(" ")
    if len(found) <= _MOST_CAPABILITIES:
        return words
    return " ".join(found[:_MOST_CAPABILITIES]).rstrip(",") + " …"


class StageList(QWidget):
    """The rows of every side in use, a heading above each when there are two."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sides: dict[Side, QWidget] = {}
        self._headings: list[QLabel] = []
        self._rows: dict[tuple[Side, Stage], StageRow] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(12)
        for place, side in enumerate(Side):
            part = self._part(side)
            self._sides[side] = part
            grid.addWidget(part, place, 0)
        self._shown: tuple[Side, ...] = ()
        self._running: StageRow | None = None
        self._since = QElapsedTimer()
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MILLISECONDS)
        self._clock.timeout.connect(self._on_clock_ticked)
        self.set_sides(UseFor.INCOMING)

    def row(self, side: Side, stage: Stage) -> StageRow:
        """The row of a stage."""
        return self._rows[side, stage]

    def set_sides(self, use_for: UseFor) -> None:
        """Show the stages of these sides, none of them begun."""
        wanted = {Side.INCOMING: use_for.receives, Side.OUTGOING: use_for.sends}
        self._shown = tuple(side for side in Side if wanted[side])
        for side, part in self._sides.items():
            part.setVisible(wanted[side])
        for heading in self._headings:
            heading.setVisible(len(self._shown) == 2)
        for row in self._rows.values():
            row.wait()

    def set_faded(self, faded: bool) -> None:
        """Show every stage as a thing of the past, or as it is."""
        for row in self._rows.values():
            row.set_faded(faded)

    def begin(self) -> None:
        """The first stage runs."""
        for side in self._shown[:1]:
            self._run(self._rows[side, STAGES[side][0]])

    def stop(self) -> None:
        """No stage runs any longer."""
        self._running = None
        self._clock.stop()

    def end_stage(self, result: StageResult) -> None:
        """Show how a stage ended, and the next one as running."""
        if (result.side, result.stage) not in self._rows:
            return
        row = self._rows[result.side, result.stage]
        row.end(result)
        if row is self._running:
            self.stop()
        order = [(side, stage) for side in self._shown for stage in STAGES[side]]
        after = order.index((result.side, result.stage)) + 1
        if after < len(order) and result.state is not StageState.NOT_REACHED:
            failed = result.state is StageState.FAILED
            if not failed or order[after][0] is not result.side:
                self._run(self._rows[order[after]])

    def _run(self, row: StageRow) -> None:
        row.run()
        self._running = row
        self._since.start()
        self._clock.start()

    def _on_clock_ticked(self) -> None:
        seconds = self._since.elapsed() // 1000
        if self._running is not None and seconds:
            self._running.show_seconds(seconds)

    def _part(self, side: Side) -> QWidget:
        part = QWidget()
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(1, 88)
        grid.setColumnStretch(2, 1)
        words = "Incoming mail" if side is Side.INCOMING else "Outgoing mail"
        heading = label(words, strong=True)
        self._headings.append(heading)
        grid.addWidget(heading, 0, 0, 1, 3)
        for place, stage in enumerate(STAGES[side], start=1):
            self._rows[side, stage] = StageRow(grid, place, stage)
        return part
