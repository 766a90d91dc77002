"""A small icon beside words, in the colour of a token, also after a change of scheme."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

from enate_desktop.views.icons import pixmap
from enate_desktop.views.tokens import tokens


class Picture(QLabel):
    """16 pixels unless told otherwise; ``shape`` names an icon, ``colour`` a token."""

    def __init__(
        self, shape: str, colour: str, size: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._shape, self._colour, self._size = shape, colour, size
        self.setFixedSize(size, size + 2)
        self._draw()

    @property
    def shape(self) -> str:
        """The name of the icon shown."""
        return self._shape

    def set_picture(self, shape: str, colour: str) -> None:
        """Show another icon."""
        self._shape, self._colour = shape, colour
        self._draw()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        ratio = self.devicePixelRatioF()
        self.setPixmap(pixmap(self._shape, self._size, tokens().named(self._colour), ratio))
