"""The private CA that one server of a connector is trusted by (C-13)."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from enate_desktop.domain.errors import InputError
from enate_desktop.forms.ui_connector_server import Ui_ConnectorServer
from enate_desktop.views.accessibility import announce
from enate_desktop.views.authority_file import authority_text, read_authority
from enate_desktop.views.widgets import label, secondary_label


class AuthorityRow(QObject):
    """Reads a file once and keeps what is in it, never its path."""

    changed = Signal()

    def __init__(self, ui: Ui_ConnectorServer) -> None:
        super().__init__(ui.authority)
        self._ui = ui
        self._pem = ""
        self._known = secondary_label("", wrap=False)
        self._problem = label("", colour="error", wrap=True)
        ui.authority_row.insertWidget(0, self._known)
        ui.authority_row.insertWidget(3, self._problem, 1)
        ui.authority_choose.clicked.connect(self._on_choose_clicked)
        ui.authority_remove.clicked.connect(self._on_remove_clicked)
        self.show_pem("")

    @property
    def pem(self) -> str:
        """The certificates as PEM, empty for none."""
        return self._pem

    def show_pem(self, pem: str) -> None:
        """Show which CA is trusted besides the system's."""
        self._pem = pem
        known = authority_text(pem) or (self.tr("a certificate that cannot be read") if pem else "")
        self._known.setText(self.tr("Also trusts {authority}").format(authority=known))
        self._known.setVisible(bool(pem))
        self._say("")
        self._ui.authority_remove.setVisible(bool(pem))
        add, replace = self.tr("Trust a private CA…"), self.tr("Replace…")
        self._ui.authority_choose.setText(replace if pem else add)

    def set_visible(self, shown: bool) -> None:
        """Show the row where a server is named whose certificate is checked."""
        self._ui.authority.setVisible(shown)

    def read(self, path: Path) -> None:
        """Trust the CA of this file, or say why that cannot be."""
        try:
            pem = read_authority(path)
        except InputError as error:
            self._say(error.sentence())
            announce(error.sentence(), urgent=True)
            return
        self.show_pem(pem)
        self.changed.emit()

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _on_choose_clicked(self) -> None:
        title = self.tr("Certificate of a private CA")
        kinds = self.tr("Certificates (*.pem *.crt *.cer);;All files (*)")
        path, _ = QFileDialog.getOpenFileName(self._ui.authority, title, "", kinds)
        if path:
            self.read(Path(path))

    def _on_remove_clicked(self) -> None:
        self.show_pem("")
        self.changed.emit()
