"""The actions of the Unhandled mail page, with the reason while one cannot be used (P-01)."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from enate_desktop.domain.people import Permission
from enate_desktop.views.mail_list import MailList
from enate_desktop.views.menus import action, explain


class UnhandledActions(QObject):
    """Those of the list of waiting mails and those of the deletion list."""

    def __init__(self, listed: MailList, may: Callable[[Permission], bool]) -> None:
        super().__init__(listed)
        self._list = listed
        self._refusals = [
            self.tr('You need the permission "{name}". Ask an administrator for it.').format(name=p)
            for p in (Permission.HANDLE_MAIL, Permission.EDIT_ROUTES)
            if not may(p)
        ]
        self._no_mail = "" if may(Permission.HANDLE_MAIL) else self._refusals[0]
        self.create = self._add(self.tr("Create work item…"), "ticket", "Return", "Enter")
        self.route = self._add(self.tr("New route from this mail…"), "route", "Ctrl+N")
        self.attach = self._add(self.tr("Attach to…"), "paperclip", "Ctrl+J")
        self.again = self._add(self.tr("Process again"), "refresh-cw", "Ctrl+R")
        self.delete = self._add(self.tr("Delete"), "trash-2", "Del")
        self.restore = self._add(self.tr("Restore"), "undo-2", "Ctrl+Shift+R")
        self.export = self._add(self.tr("Save as .eml…"), "arrow-down-to-line", "Ctrl+E")

    @property
    def waiting(self) -> tuple[QAction, ...]:
        """For mails that wait."""
        return (self.create, self.route, self.attach, self.again, self.delete)

    def refresh(self, count: int, *, deleted: bool) -> None:
        """Show what can be done with so many chosen mails, of the deletion list or not."""
        nothing = "" if count else self.tr("Choose a mail first.")
        for made in (*self.waiting, self.restore):
            shown = (made is self.restore) == deleted
            made.setVisible(shown)
            explain(made, (self._refusal(made) or nothing) if shown else self.tr("Not here."))
        explain(self.export, nothing)
        several = self.tr("New route from these mails…")
        self.route.setText(several if count > 1 else self.tr("New route from this mail…"))
        many = self.tr("Create {count} work items…").format(count=count)
        self.create.setText(many if count > 1 else self.tr("Create work item…"))

    def _refusal(self, made: QAction) -> str:
        return next(iter(self._refusals), "") if made is self.route else self._no_mail

    def _add(self, text: str, icon_name: str, *keys: str) -> QAction:
        return self._list.add_action(action(self, text, icon_name=icon_name), *keys)
