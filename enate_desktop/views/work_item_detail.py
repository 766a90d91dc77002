"""A work item beside its list: what it is, its mails, and why it was created (W-02)."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from enate_desktop.item_models.time_text import short_text
from enate_desktop.item_models.work_item_table import process_parts
from enate_desktop.services.work_items import MailView as Mail
from enate_desktop.services.work_items import WorkItemDetail
from enate_desktop.views.accessibility import describe
from enate_desktop.views.mail_and_why import MailAndWhy
from enate_desktop.views.mail_view import ReadAttachment
from enate_desktop.views.tags import Tag
from enate_desktop.views.widgets import ElidedLabel, SectionLabel, secondary_label


class WorkItemDetailView(QWidget):
    """Shows one work item. Signals as :class:`MailView`."""

    saved = Signal(str)
    problem = Signal(object)

    def __init__(self, read: ReadAttachment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mails: tuple[Mail, ...] = ()
        self._paths: Mapping[int, str] = {}
        self._reference = SectionLabel("")
        self._mode, self._new = Tag(), Tag()
        self._process = ElidedLabel()
        self._path = secondary_label("", wrap=True)
        self.which = QComboBox()
        self.halves = MailAndWhy(read)
        self._build()
        self.which.currentIndexChanged.connect(self._on_mail_chosen)
        self.halves.mail.saved.connect(self.saved)
        self.halves.mail.problem.connect(self.problem)

    def set_detail(self, detail: WorkItemDetail, paths: Mapping[int, str]) -> None:
        """Show this work item; ``paths`` names the processes by id."""
        item = detail.work_item
        self._mails, self._paths = detail.mails, paths
        self._reference.setText(item.reference)
        test = self.tr("Test") if item.test_mode else ""
        self._mode.set_tag(test, "test_mode")
        self._new.set_tag(self.tr("New information") if item.new_information else "", "info")
        name, above = process_parts(item.process)
        category = f" · {item.category.replace('>', '›')}" if item.category else ""
        self._process.set_text(f"{name} ({item.kind.capitalize()}){category} · {item.state}")
        route = self.tr("route {route}").format(route=item.route) if item.route else ""
        self._path.setText(" · ".join(part for part in (above, item.connector, route) if part))
        self.which.blockSignals(True)
        self.which.clear()
        for number, mail in enumerate(detail.mails, start=1):
            when = short_text(mail.received)
            sender = mail.message.sender or self.tr("(no sender)")
            self.which.addItem(f"{number}.  {when}  {sender}")
        self.which.setCurrentIndex(self.which.count() - 1 if item.new_information else 0)
        self.which.blockSignals(False)
        self.which.setVisible(len(detail.mails) > 1)
        self._show_mail()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._reference)
        head.addWidget(self._process, 1)
        for tag in (self._mode, self._new):
            head.addWidget(tag)
        describe(self.which, self.tr("Mail of this work item"))
        self.which.setToolTip("")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        for part in (self._path, self.which):
            column.addWidget(part)
        column.addWidget(self.halves, 1)

    def _on_mail_chosen(self) -> None:
        self._show_mail()

    def _show_mail(self) -> None:
        place = self.which.currentIndex()
        if 0 <= place < len(self._mails):
            self.halves.set_mail(self._mails[place], self._paths)
