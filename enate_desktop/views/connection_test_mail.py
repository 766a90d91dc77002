"""Whether a connection test also sends a mail, and where to (C-06)."""

from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from enate_desktop.views.accessibility import describe
from enate_desktop.views.widgets import FormField


class TestMailChoice(QWidget):
    """A tick and, once it is set, an address."""

    # pytest would take the name for a test class.
    __test__ = False

    def __init__(self) -> None:
        super().__init__()
        self._suggested = ""
        self._send = QCheckBox(self.tr("Also send a test mail"))
        self._address = QLineEdit()
        self._address.setPlaceholderText("anna@acme.com")
        describe(self._address, self.tr("Address for the test mail"))
        self._address.setToolTip("")
        self._send_to = FormField(self.tr("To this address"), self._address)
        self._send_to.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._send)
        column.addWidget(self._send_to)
        self._send.toggled.connect(self._on_send_toggled)
        self._address.textChanged.connect(self._on_address_changed)

    @property
    def send_to(self) -> str | None:
        """Where a test mail is to go, perhaps still empty; None when none is wanted."""
        if self.isHidden() or not self._send.isChecked():
            return None
        return self._address.text().strip()

    @property
    def address_error(self) -> str:
        """What is missing of that address."""
        return self._send_to.error

    def reset(self) -> None:
        """No test mail is wanted, until somebody says so."""
        self._send.setChecked(False)
        self._address.clear()

    def suggest(self, address: str) -> None:
        """Where it goes unless another address is written; perhaps empty."""
        self._suggested = address

    def ask(self) -> None:
        """A mail is wanted: put the focus on its address."""
        self._send.setChecked(True)
        self._address.setFocus()

    def ask_for_address(self, text: str) -> None:
        """Say at the address what is missing, and put the focus there."""
        self._send_to.set_error(text)
        self._address.setFocus()

    def _on_send_toggled(self, on: bool) -> None:
        self._send_to.setVisible(on)
        if on:
            self._address.setText(self._address.text().strip() or self._suggested)
            self._address.setFocus()
            self._address.selectAll()

    def _on_address_changed(self) -> None:
        if self._send_to.error:
            self._send_to.set_error("")
