"""A form field that remembers what is wrong with its value by itself, whatever is cleared."""

from PySide6.QtWidgets import QWidget
from typing_extensions import override

from enate_desktop.views.widgets import FormField


class StandingField(FormField):
    """``set_error`` may come and go with each save; the standing sentence stays until it is mended.

    The editor clears every error after each change. What a file or a sign-in itself has against it
    is no answer to a save, and would be lost.
    """

    def __init__(
        self,
        text: str,
        control: QWidget,
        *,
        optional: bool = False,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self._standing = ""
        super().__init__(text, control, optional=optional, hint=hint, parent=parent)

    @property
    def standing(self) -> str:
        """The sentence that stays, or empty."""
        return self._standing

    def set_standing(self, text: str) -> None:
        """Show this sentence until another, or an empty one, takes its place."""
        self._standing = text
        super().set_error(text)

    @override
    def set_error(self, text: str) -> None:
        super().set_error(text or self._standing)
