"""Browse folders from the fields of an editor, with what is typed in it so far (C-12)."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from enate_desktop.domain.connectors import Connector, Side
from enate_desktop.views.connector_folder_field import FolderField
from enate_desktop.views.connector_folders import FolderDialog, Folders
from enate_desktop.views.connector_form import ConnectorForm


class FolderBrowsing(QObject):
    """Opens the dialog for the fields of one editor."""

    def __init__(self, folders: Folders, form: ConnectorForm, parent: QWidget) -> None:
        super().__init__(parent)
        self._folders = folders
        self._form = form
        self._window = parent
        form.sides.servers[Side.INCOMING].browse_requested.connect(self._on_mailbox_wanted)
        form.intake.browse_requested.connect(self._on_target_wanted)

    def _on_mailbox_wanted(self) -> None:
        field = self._form.sides.servers[Side.INCOMING].additional
        connector = self._form.connector()
        if connector.incoming is not None:
            incoming = replace(connector.incoming, additional_mailbox=None)
            connector = replace(connector, incoming=incoming)
        self._open(connector, field, {})

    def _on_target_wanted(self) -> None:
        connector = self._form.connector()
        here = "Mail is fetched from here"
        mailbox = connector.incoming.additional_mailbox if connector.incoming else None
        reasons = {"INBOX": here} | ({mailbox: here} if mailbox else {})
        self._open(connector, self._form.intake.folder, reasons, can_create=True)

    def _can_sign_in(self) -> bool:
        """Whether there is something to sign in with; else the field that lacks it says so."""
        section = self._form.sides.sign_ins[Side.INCOMING]
        connector = self._form.connector()
        username = connector.incoming.username if connector.incoming else ""
        lacks_password = section.page.changes().get("password", b"") is None
        missing = ("" if username else "username") or ("password" if lacks_password else "")
        if section.page.named and missing:
            words = {
                "username": self.tr("Type the user name and password first."),
                "password": self.tr("Type the password first."),
            }
            if missing == "username" and not lacks_password:
                words["username"] = self.tr("Type the user name first.")
            section.focus_field(missing)
            section.fields[missing].set_error(words[missing])
            return False
        return True

    def _open(
        self,
        connector: Connector,
        field: FolderField,
        reasons: Mapping[str, str],
        *,
        can_create: bool = False,
    ) -> None:
        if not self._can_sign_in():
            return

        def take(name: str) -> None:
            field.set_text(name)
            field.edit.setFocus()

        FolderDialog(
            self._folders,
            connector,
            self._form.secrets(),
            take,
            self._window,
            current=field.text,
            reasons=reasons,
            can_create=can_create,
        ).open()
