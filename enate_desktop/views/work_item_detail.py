"""A work item beside its list: what it is, its mails, and why it was created (W-02)."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from enate_desktop.item_models.time_text import short_text
from enate_desktop.item_models.work_item_table import process_parts
from enate_desktop.services.hindsight import Hindsight
from enate_desktop.services.work_item_views import Linked, WorkItemDetail
from enate_desktop.services.work_item_views import MailView as Mail
from enate_desktop.views.accessibility import describe
from enate_desktop.views.choice_bar import ChoiceBar
from enate_desktop.views.mail_and_why import MailAndWhy
from enate_desktop.views.mail_view import ReadAttachment
from enate_desktop.views.tags import Tag
from enate_desktop.views.widgets import (
    ElidedLabel,
    SectionLabel,
    button,
    scrolled,
    secondary_label,
)
from enate_desktop.views.work_item_people import EventsView, PeopleView

_MOST_LINKS = 5


class WorkItemDetailView(QWidget):
    """Shows one work item. ``saved`` and ``problem`` as :class:`MailView`.

    ``mail_shown`` carries the id of a mail, ``add_wanted`` a work item and an address that shall
    take part in it, ``item_wanted`` the id of another work item.
    """

    saved = Signal(str)
    problem = Signal(object)
    mail_shown = Signal(int)
    add_wanted = Signal(int, str)
    item_wanted = Signal(object)

    def __init__(
        self, read: ReadAttachment, may: bool = True, parent: QWidget | None = None
    ) -> None:
        """``may``: whether the person may change what is shown (P-01)."""
        super().__init__(parent)
        self._may = may
        self._shown_id = 0
        self._mails: tuple[Mail, ...] = ()
        self._paths: Mapping[int, str] = {}
        self._reference = SectionLabel("")
        self._mode, self._new = Tag(), Tag()
        self._process = ElidedLabel()
        self._path = secondary_label("", wrap=True)
        self.which = QComboBox()
        self.halves = MailAndWhy(read)
        self.choices = ChoiceBar()
        self.stack = QStackedWidget()
        self.people, self.events = scrolled(QWidget()), scrolled(QWidget())
        self._links = QHBoxLayout()
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
        place = self.which.currentIndex() if item.id == self._shown_id else 0
        self.which.blockSignals(True)
        self.which.clear()
        for number, mail in enumerate(detail.mails, start=1):
            when = short_text(mail.received)
            sender = mail.message.sender or self.tr("(no sender)")
            self.which.addItem(f"{number}.  {when}  {sender}")
        if item.new_information:
            place = self.which.count() - 1
        self.which.setCurrentIndex(max(0, min(place, self.which.count() - 1)))
        self.which.blockSignals(False)
        self.which.setVisible(len(detail.mails) > 1)
        people = PeopleView(detail.people, may=self._may)
        people.add_wanted.connect(partial(self._on_add_wanted, item.id))
        for area, shown in ((self.people, people), (self.events, EventsView(detail.events))):
            area.setWidget(shown)
            shown.setAutoFillBackground(False)  # the area has just set it
        strangers = sum(not one.takes_part for one in detail.people)
        new = self.tr(", {count} new").format(count=strangers) if strangers else ""
        self.buttons[1].setText(f"{self.tr('People')} ({len(detail.people)}{new})")
        self.buttons[2].setText(f"{self.tr('Activity')} ({len(detail.events)})")
        for made in self.buttons:
            made.updateGeometry()
        self._show_links(detail.linked)
        if item.id != self._shown_id:
            self.buttons[0].click()
        self._shown_id = item.id
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
        column.addWidget(self._path)
        column.addLayout(self._links)
        self._links.setSpacing(8)
        mail = QWidget()
        inner = QVBoxLayout(mail)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(6)
        inner.addWidget(self.which)
        inner.addWidget(self.halves, 1)
        self.buttons = [
            self.choices.add(text, partial(self.stack.setCurrentIndex, place))
            for place, text in enumerate(
                (self.tr("Mail and why"), self.tr("People"), self.tr("Activity"))
            )
        ]
        for page in (mail, self.people, self.events):
            self.stack.addWidget(page)
        column.addWidget(self.choices)
        column.addWidget(self.stack, 1)

    def set_hindsight(self, intake_id: int, hindsight: Hindsight) -> None:
        """Say what the present routes would do with a mail, if it is still the one shown."""
        place = self.which.currentIndex()
        if 0 <= place < len(self._mails) and self._mails[place].intake_id == intake_id:
            self.halves.now.set_hindsight(hindsight, self._paths)

    def _show_links(self, linked: Sequence[Linked]) -> None:
        while (entry := self._links.takeAt(0)) is not None:
            widget = entry.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for one in linked[:_MOST_LINKS]:
            open_it = partial(self.item_wanted.emit, one.work_item_id)
            self._links.addWidget(button(f"{one.how} {one.reference}", open_it))
        self._links.addStretch(1)

    def _on_add_wanted(self, work_item_id: int, address: str) -> None:
        self.add_wanted.emit(work_item_id, address)

    def _on_mail_chosen(self) -> None:
        self._show_mail()

    def _show_mail(self) -> None:
        place = self.which.currentIndex()
        if 0 <= place < len(self._mails):
            self.halves.set_mail(self._mails[place], self._paths)
            self.mail_shown.emit(self._mails[place].intake_id)
