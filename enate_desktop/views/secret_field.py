"""A password that may be stored already: "Stored" with Replace, never its value (S-02)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from enate_desktop.domain.connectors import PASSWORD_LIMIT
from enate_desktop.views import fonts
from enate_desktop.views.widgets import PasswordField, button, label

_NEAR = 10
"""The characters are counted on screen when so few are left."""


class SecretField(QWidget):
    """Shows whether a secret is stored; a new one is typed only after Replace."""

    changed = Signal()

    def __init__(
        self, name: str, limit: int = PASSWORD_LIMIT, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._limit = limit
        self._stored = False
        self._password = PasswordField(limit)
        self._password.edit.setAccessibleName(name)
        self._count = label("", colour="secondary")
        self._count.setFont(fonts.tabular_font(fonts.secondary_font()))
        self._count.setFixedHeight(32)
        self._count.hide()
        self._keep = button(self.tr("Keep stored"), self._on_keep_clicked)
        self._replace = button(self.tr("Replace…"), self._on_replace_clicked)
        self._replace.setAccessibleName(f"{name}: {self._replace.text()}")
        self._stack = QStackedWidget()
        self._stack.addWidget(_row(self._password, self._count, self._keep))
        self._stack.addWidget(_row(label(self.tr("Stored"), colour="secondary"), self._replace))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._password.changed.connect(self._on_password_changed)
        self.set_stored(stored=False)

    @property
    def secret(self) -> bytes | None:
        """What was typed, or None when the stored one stays or nothing was typed."""
        typed = self._password.text
        return typed.encode() if self.replacing and typed else None

    @property
    def count(self) -> str:
        """``52 of 50`` near the limit and beyond it, else empty."""
        return self._count.text()

    @property
    def replacing(self) -> bool:
        """Whether there is room to type a new one."""
        return self._stack.currentIndex() == 0

    @property
    def password(self) -> PasswordField:
        """The field for a new secret."""
        return self._password

    @property
    def replace_button(self) -> QWidget:
        """The button that makes room for a new secret."""
        return self._replace

    def changes(self, name: str, *, optional: bool = False) -> dict[str, bytes | None]:
        """What is to become of the secret called ``name``; nothing when the stored one stays.

        None forgets it: none is stored for what is on screen, or an ``optional`` one was emptied.
        """
        if (secret := self.secret) is not None:
            return {name: secret}
        keeps = self._stored and not (optional and self.replacing)
        return {} if keeps else {name: None}

    def set_stored(self, *, stored: bool) -> None:
        """Forget what was typed and show whether a secret is stored."""
        self._stored = stored
        self._password.set_text("")
        self._keep.setVisible(stored)
        self._show(typing=not stored)

    def focus(self) -> None:
        """Put the cursor where a new secret is typed."""
        if not self.replacing:
            self._show(typing=True)
        self._password.setFocus()
        self._password.edit.selectAll()

    def _show(self, *, typing: bool) -> None:
        self._stack.setCurrentIndex(0 if typing else 1)
        self.setFocusProxy(self._password if typing else self._replace)

    def _on_replace_clicked(self) -> None:
        self._show(typing=True)
        self._password.setFocus()
        self.changed.emit()

    def _on_keep_clicked(self) -> None:
        self.set_stored(stored=True)
        self._replace.setFocus()
        self.changed.emit()

    def _on_password_changed(self) -> None:
        length = len(self._password.text)
        words = self.tr("{length} of {limit}").format(length=length, limit=self._limit)
        near = length > self._limit - _NEAR
        self._count.setText(words if near else "")
        self._count.setVisible(near)
        self._count.set_colour("error" if length > self._limit else "secondary")
        self.changed.emit()


def _row(first: QWidget, *others: QWidget) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(first, 1)
    for other in others:
        row.addWidget(other, 0, Qt.AlignmentFlag.AlignTop)
    return made
