"""The program in a real window under a window manager: mouse, keyboard, and what is to be read."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage
from typing_extensions import override

from enate_desktop.views import fonts
from enate_desktop.views.tokens import LIGHT
from tests.journeys.desk import Desk
from tests.journeys.screen import Screen, button_boxes, icon_boxes, label_boxes, text_boxes

PICTURES = os.environ.get("JOURNEY_PICTURES", "")
"""A folder that gets pictures of the key moments; without it none are kept."""
SIZE = (1400, 900)
_START = 24
"""Pixels the pointer is pulled before a drag has surely begun."""
_BELOW_MESSAGES = "Connector"
"""A word of the page that gives way to messages."""
_OUTSIDE = QPoint(SIZE[0] + 100, SIZE[1])
_QUIET_INKS = tuple(
    (LIGHT.secondary, ground) for ground in (LIGHT.window, LIGHT.selection, LIGHT.hover)
)


class WindowDesk(Desk):
    """One run of the program after the other on the same data, on a screen of its own."""

    def __init__(self, screen: Screen, data: Path, home: Path) -> None:
        super().__init__(data, home)
        self._screen = screen
        given = {k: v for k, v in screen.environment.items() if not k.startswith("XDG_")}
        fixed = ("HOME", "ENATE_PASSPHRASE", "QT_QPA_PLATFORM")
        ours = {name: self._environment[name] for name in fixed}
        no_keyring = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        self._environment = {**given, **ours, **no_keyring}

    def open_routes(self) -> None:
        """Size the window, and go to the routes page."""
        self.resize(*SIZE)
        self.keys("ctrl+3")
        self.until_title("Email routes")

    def restart(self) -> None:
        """End the program as a person does, and start it again."""
        assert self.quit() == (0, "")
        self.__enter__()

    @override
    def picture(self) -> QImage:
        return self._screen.picture()

    def step(self, name: str) -> None:
        """Keep a picture of the window as it is now, when pictures are wanted."""
        if PICTURES:
            self.until_still()
            image = self.picture().copy(0, 0, *SIZE)
            assert image.save(str(Path(PICTURES) / f"routes-{name}.png"))

    def shows(self, text: str) -> bool:
        """Whether ``text`` stands anywhere, in one of the body's colours."""
        shown = self.picture()
        return bool(text_boxes(shown, text) or button_boxes(shown, text))

    def until_text(self, text: str) -> None:
        """Wait until it is there."""
        self.until(lambda: self.shows(text), f"the text {text!r}")

    def until_gone(self, text: str) -> None:
        """Wait until it is there no more."""
        self.until(lambda: not self.shows(text), f"the text {text!r} to go")

    def until_order(self, names: Sequence[str]) -> None:
        """Wait until these routes stand on the screen in this order."""

        def ordered() -> bool:
            shown = self.picture()
            boxes = [text_boxes(shown, name)[:1] for name in names]
            tops = [box[0].top() for box in boxes if box]
            return len(tops) == len(names) and tops == sorted(tops)

        self.until(ordered, f"the order {names} on the screen")

    def box(self, text: str) -> QRect:
        """Where the topmost ``text`` stands, once that is at rest."""
        return self._settled(
            text, lambda shown: text_boxes(shown, text) or button_boxes(shown, text)
        )

    def point(self, text: str, lower: int = 0) -> QPoint:
        """The middle of ``text``, or so many pixels below it."""
        return self.box(text).center() + QPoint(0, lower)

    def header(self, title: str) -> QPoint:
        """The middle of a column's title."""
        return self._settled(
            title, lambda shown: text_boxes(shown, title, inks=_QUIET_INKS)
        ).center()

    def last_quiet(self, text: str, lower: int = 0) -> QPoint:
        """The middle of the lowest ``text`` in the grey of what cannot be moved."""

        def found(shown: QImage) -> list[QRect]:
            return text_boxes(shown, text, inks=_QUIET_INKS)[-1:]

        return self._settled(text, found).center() + QPoint(0, lower)

    def tool(self, connector: str, icon: str, ink: QColor = LIGHT.text) -> QPoint:
        """The middle of a painted tool in the row of a connector."""

        def found(shown: QImage) -> list[QRect]:
            inks = ((LIGHT.text, LIGHT.group_row),)
            rows = text_boxes(shown, connector, fonts.strong_font(), inks)
            icons = icon_boxes(shown, icon, ink, LIGHT.group_row)
            return [box for box in icons if rows and abs((box.center() - rows[0].center()).y()) < 6]

        return self._settled(f"{icon} of {connector}", found).center()

    def dismiss(self, text: str) -> None:
        """Wait for a message in the page, and close it."""
        line = self.point(text)

        def found(shown: QImage) -> list[QRect]:
            icons = icon_boxes(shown, "x", LIGHT.text, LIGHT.info_tint)
            return [box for box in icons if abs((box.center() - line).y()) < 12]

        self._close(text, self._settled("the cross of the message", found).center())

    def take_remedy(self, button: str, text: str) -> None:
        """Wait for a message in the page, and click its button."""
        self.box(text)
        self._close(text, self.point(button))

    def _close(self, text: str, at: QPoint) -> None:
        """Click into a message; it goes, and what stood below it moves up."""
        below = self.box(_BELOW_MESSAGES)
        self.click(at)
        self.until_gone(text)

        def moved() -> bool:
            boxes = text_boxes(self.picture(), _BELOW_MESSAGES)
            return bool(boxes) and boxes[0] != below

        self.until(moved, "the page to take up the room of the message")

    def click(self, at: QPoint | str) -> None:
        """Click a point, or the middle of a text."""
        spot = self.point(at) if isinstance(at, str) else at
        self._mouse("mousemove", "--sync", *_place(spot), "click", "1")
        self._park()

    def drag(self, start: QPoint, stop: QPoint, label: str = "") -> None:
        """Drag until ``label`` says where it would go, or past where nothing can, and let go."""
        self.grab(start)
        self.pull(stop, label)
        self.let_go()

    def grab(self, start: QPoint) -> None:
        """Press the button and pull until the drag runs: the program says so in the list."""
        self.pull_nothing(start)
        self.until(self._lands, "the drag to begin")

    def pull_nothing(self, start: QPoint) -> None:
        """Press the button and pull as for a drag, whether one begins or not."""
        self._mouse("mousemove", "--sync", *_place(start), "mousedown", "1")
        for distance in (4, _START // 2, _START):
            self._mouse("mousemove", "--sync", *_place(start + QPoint(0, distance)))

    def pull(self, stop: QPoint, label: str = "") -> None:
        """Move on with the button down, until the list says ``label``, or nothing any more."""
        self._mouse("mousemove", "--sync", *_place(stop - QPoint(0, 3)))
        self._mouse("mousemove", "--sync", *_place(stop))
        if label:
            self.until(lambda: self._lands(label), f"the label {label!r}")
        else:
            self.until(lambda: not self._lands(), "the drag to be refused")

    def let_go(self) -> None:
        """Let the button go."""
        self._mouse("mouseup", "1")
        self._park()

    def _lands(self, label: str = "") -> bool:
        shown = self.picture()
        labels = [label] if label else [f"position {place}" for place in range(1, 10)]
        return any(label_boxes(shown, each) for each in labels)

    def _settled(self, what: str, find: Callable[[QImage], list[QRect]]) -> QRect:
        """The first box, once it was found twice running at the same place."""
        seen: list[QRect] = []

        def at_rest() -> bool:
            boxes = find(self.picture())
            if boxes:
                seen.append(boxes[0])
            return len(seen) > 1 and seen[-1] == seen[-2]

        self.until(at_rest, f"{what!r} on the screen")
        return seen[-1]

    def _park(self) -> None:
        """Take the pointer off the window: it hides what is to be read."""
        self._mouse("mousemove", "--sync", *_place(_OUTSIDE))

    def _mouse(self, *arguments: str) -> None:
        self._screen.xdotool(*arguments)


def _place(point: QPoint) -> tuple[str, str]:
    return str(point.x()), str(point.y())
