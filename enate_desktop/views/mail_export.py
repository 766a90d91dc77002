"""Save as .eml: one mail into a file, several into a folder, apart from the window."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from enate_desktop.services.work_items import LedgerLine
from enate_desktop.views import mail_files
from enate_desktop.views.page import Page
from enate_desktop.worker.tasks import run_in_background


class MailExport(QObject):
    """``failed`` carries the exception; what was saved is said in the page's toast."""

    failed = Signal(object)

    def __init__(
        self,
        page: Page,
        chosen: Callable[[], Sequence[LedgerLine]],
        read: Callable[[int], bytes],
    ) -> None:
        """``read`` gives a mail's bytes by its id and may raise EnateError."""
        super().__init__(page)
        self._page = page
        self._chosen = chosen
        self._read = read

    def ask(self) -> None:
        """Ask where the chosen mails are to be written."""
        chosen = self._chosen()
        if len(chosen) == 1:
            mail_files.ask_for_file(self._page, _file_name(chosen[0]), self.write_to)
        elif chosen:
            mail_files.ask_for_folder(self._page, self.write_to)

    def write_to(self, path: Path) -> None:
        """Write the chosen mails: one to the file ``path``, several into the folder ``path``."""
        chosen = tuple(self._chosen())

        def write() -> str:
            if len(chosen) == 1:
                mail_files.write_mail(path, self._read(chosen[0].intake_id))
                return self.tr("Saved “{name}”.").format(name=path.name)
            mails = [(_file_name(line), partial(self._read, line.intake_id)) for line in chosen]
            count = mail_files.write_mails(path, mails)
            text = self.tr("Saved {count} mails in “{name}”.")
            return text.format(count=count, name=path.name)

        run_in_background(self, write, self._page.toast, self.failed.emit)


def _file_name(line: LedgerLine) -> str:
    return mail_files.file_name(line.subject, line.intake_id)
