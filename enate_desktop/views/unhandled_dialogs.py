"""What is asked before unhandled mail becomes work or joins work (W-01)."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from enate_desktop.domain.directory import Process
from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.services.unhandled import Target
from enate_desktop.views.category_choice import check_category, show_categories
from enate_desktop.views.process_picker import ProcessPicker
from enate_desktop.views.question_dialog import QuestionDialog
from enate_desktop.views.widgets import FormField

_AFTER_MILLISECONDS = 250
MakeWork = Callable[[int, str | None, bool], object]
"""Process, category and test mode; raises EnateError."""


class WorkItemDialog(QuestionDialog):
    """Which Ticket or Case the chosen mails become."""

    def __init__(
        self, count: int, processes: Iterable[Process], make: MakeWork, parent: QWidget
    ) -> None:
        one = count == 1
        super().__init__(
            parent.tr("Create work item") if one else parent.tr("Create work items"),
            parent.tr(
                "The sender is told nothing. A work item cannot be unmade: close it if it was not "
                "wanted."
            ),
            parent.tr("Create work item")
            if one
            else parent.tr("Create {count} work items").format(count=count),
            parent,
        )
        self._make = make
        self.process = ProcessPicker()
        self.process.set_processes(p for p in processes if not p.retired)
        self.category = QComboBox()
        self.test_mode = QCheckBox(self.tr("Test Mode"))
        fields = {
            "process": FormField(self.tr("Process"), self.process),
            "category": FormField(self.tr("Ticket Category"), self.category),
        }
        self.set_fields(fields, self._act_now)
        self.form.addWidget(self.test_mode)
        self.process.process_chosen.connect(self._on_process_chosen)
        self._on_process_chosen()
        self.process.setFocus()

    def _on_process_chosen(self) -> None:
        show_categories(self.category, self.process.process, None)
        self.category.setEnabled(self.category.count() > 1)
        self.fields["process"].set_hint(self.process.path)

    def _act_now(self) -> None:
        process_id, category = self.process.process_id, self.category.currentData()
        if process_id is None:
            raise InputError(self.process.problem, field="process")
        check_category(self.process.process, category)
        self._make(process_id, category, self.test_mode.isChecked())


class AttachDialog(QuestionDialog):
    """The work item the chosen mails belong to; its subject is shown while one types."""

    def __init__(
        self,
        count: int,
        look_up: Callable[[str], Target],
        attach: Callable[[str], object],
        parent: QWidget,
    ) -> None:
        super().__init__(
            parent.tr("Attach to a work item"),
            parent.tr(
                "It is marked as having new information. One that is waiting or resolved becomes "
                "To do again. This cannot be undone."
            ),
            parent.tr("Attach mail")
            if count == 1
            else parent.tr("Attach {count} mails").format(count=count),
            parent,
        )
        self._look_up = look_up
        self.reference = QLineEdit()
        self.reference.setPlaceholderText("101203-T")
        field = FormField(self.tr("Reference"), self.reference)
        self.set_fields({"reference": field}, lambda: attach(self.reference.text()))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MILLISECONDS)
        self._timer.timeout.connect(self._show_target)
        self.reference.textEdited.connect(lambda _text: self._timer.start())
        self.reference.setFocus()

    def _show_target(self) -> None:
        field = self.fields["reference"]
        field.set_error("")
        text = self.reference.text()
        try:
            found = self._look_up(text) if text.strip() else None
        except EnateError as error:
            field.set_hint(error.title)
            return
        field.set_hint(f"“{found.subject}” – {found.state}" if found else "")
