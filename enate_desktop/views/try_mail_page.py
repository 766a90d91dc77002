"""Try a mail: what would become of it and why, by the saved order and by the draft (UI 3.7)."""

import shlex
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.domain.addresses import AddressPattern, PatternKind
from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.routes import Route
from enate_desktop.domain.rules import Rules
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.trial import Trial
from enate_desktop.views.accessibility import announce
from enate_desktop.views.message_bar import MessageKind
from enate_desktop.views.order_drafts import OrderDrafts
from enate_desktop.views.page import Page
from enate_desktop.views.try_mail_pins import PinDialog, PinsCard
from enate_desktop.views.try_mail_results import TrialResults, message_text
from enate_desktop.views.try_mail_sources import Source, SourceRow
from enate_desktop.views.try_mail_wish import WishCard
from enate_desktop.views.widgets import Card, button, label, scrolled, secondary_label
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import Task, run_in_background


class TryMailPage(Page):
    """Nothing is created or sent here.

    ``navigate`` takes the id of a stored mail, the bytes of a made-up one, or a Route that mails
    are to be tried against.
    """

    def __init__(
        self,
        services: Services,
        notifier: ChangeNotifier,
        drafts: OrderDrafts,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Try a mail", parent)
        self._services = services
        self._drafts = drafts
        self._source: Source | None = None
        self._trial: Trial | None = None
        self._task: Task[Trial] | None = None
        self._may_edit = services.people.me.may(Permission.EDIT_ROUTES)
        self.sources = SourceRow(services.work_items)
        self.connector = QComboBox()
        self.connector.setAccessibleName(self.tr("Connector it comes to"))
        self.mail_card = Card()
        self.name = label("", strong=True, wrap=True)
        self.facts = label("", wrap=True)
        self.hint = secondary_label("")
        self.results = TrialResults()
        self.wish = WishCard(services.analysis)
        self.pins = PinsCard(services.analysis)
        self.new_button = button(self.tr("New route from this mail"), self._on_new_route)
        self.pin_button = button(self.tr("Keep as pinned mail…"), self._on_pin)
        self.copy_button = button(self.tr("Copy explanation"), self._on_copy)
        self.command_button = button(self.tr("Copy as command"), self._on_copy_command)
        self._build()
        self.sources.chosen.connect(self.try_source)
        self.sources.failed.connect(self.messages.show_error)
        self.connector.activated.connect(self._ask)
        self.wish.failed.connect(self.messages.show_error)
        self.wish.route_requested.connect(self._on_route_requested)
        self.pins.failed.connect(self.messages.show_error)
        notifier.changed.connect(self._on_changed)
        drafts.changed.connect(self._ask)
        self._load_connectors()
        self.pins.load()

    def try_source(self, source: Source) -> None:
        """Decide a mail and show the answers."""
        self._source = source
        if source.connector_id is not None:
            self.connector.setCurrentIndex(max(0, self.connector.findData(source.connector_id)))
        self.messages.clear()
        self._ask()

    @override
    def navigate(self, target: object) -> None:
        if isinstance(target, int):
            self.sources.take_stored(target)
        elif isinstance(target, bytes):
            self.try_source(Source(target, self.tr("Made-up mail")))
        elif isinstance(target, Route):
            self.connector.setCurrentIndex(max(0, self.connector.findData(target.connector_id)))
            self.wish.prefer(target)
            self._ask()
            if self._source is None:
                text = self.tr('Choose a mail to try against "{name}".')
                self.messages.show_message(MessageKind.INFO, text.format(name=target.name))

    def _build(self) -> None:
        self.header.add_widget(
            secondary_label(self.tr("Nothing is created or sent here."), wrap=False)
        )
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(label(self.tr("It comes to")))
        line.addWidget(self.connector)
        line.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        made = (self.new_button, self.pin_button, self.copy_button, self.command_button)
        for one in made:
            buttons.addWidget(one)
        buttons.addStretch(1)
        for part in (self.name, self.facts, self.hint):
            self.mail_card.body.addWidget(part)
        self.mail_card.body.addLayout(buttons)
        self.mail_card.hide()
        if not self._may_edit:
            reason = self.tr('You need the permission "Edit routes". Ask an administrator for it.')
            for one in (self.new_button, self.pin_button):
                one.setEnabled(False)
                one.setToolTip(reason)
                one.setAccessibleDescription(reason)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        for block in (self.mail_card, self.results, self.wish, self.pins):
            column.addWidget(block)
        column.addStretch(1)
        self.body.addWidget(self.sources)
        self.body.addLayout(line)
        self.body.addWidget(scrolled(inside), 1)

    def _load_connectors(self) -> None:
        chosen = self.connector.currentData()
        self.connector.clear()
        self.connector.addItem(self.tr("The connectors it is addressed to"), None)
        try:
            receiving = [c for c in self._services.connectors.all() if c.use_for.receives]
        except EnateError as error:
            self.messages.show_error(error)
            return
        for connector in receiving:
            self.connector.addItem(connector.name, connector.id)
        self.connector.setCurrentIndex(max(0, self.connector.findData(chosen)))

    def _ask(self, _changed: object = None) -> None:
        source = self._source
        if source is None:
            return
        connector_id = self.connector.currentData()
        drafts = {p.connector_id: p.after for p in self._drafts.proposals()}
        if self._task is not None:
            self._task.discard()
        self._task = run_in_background(
            self,
            lambda: self._services.trial.of(source.raw, connector_id, drafts, as_new=source.stored),
            lambda trial: self._show(source, trial),
            self._on_failed,
        )

    def _show(self, source: Source, trial: Trial) -> None:
        if source is not self._source:
            return
        self._trial = trial
        try:
            paths = self._services.work_items.process_paths()
            groups = [self._services.routes.group(a.connector.id) for a in trial.answers]
        except EnateError as error:
            self.messages.show_error(error)
            return
        self.name.setText(source.name)
        self.facts.setText(message_text(trial.message))
        self.hint.setText(self._hint(source, trial))
        self.hint.setVisible(bool(self.hint.text()))
        self.mail_card.show()
        self.results.set_trial(trial, paths)
        self.wish.set_mail(source.raw, groups)
        announce(self.results.text)

    def _hint(self, source: Source, trial: Trial) -> str:
        if source.stored:
            return self.tr("A stored mail, decided as if it came for the first time.")
        if not trial.addressed:
            return self.tr(
                "No connector knows an address of this mail, so it is tried at each of them."
            )
        return ""

    def _connector(self) -> Connector | None:
        return self._trial.answers[0].connector if self._trial and self._trial.answers else None

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EnateError):
            raise error
        self.messages.show_error(error)

    def _on_new_route(self) -> None:
        connector, trial = self._connector(), self._trial
        if connector is not None and trial is not None:
            self.page_requested.emit("routes", route_from(trial, connector))

    def _on_pin(self) -> None:
        connectors = [answer.connector for answer in self._trial.answers] if self._trial else []
        source = self._source
        if not connectors or source is None:
            return
        dialog = PinDialog(self._trial.message.subject if self._trial else "", connectors, self)
        dialog.named.connect(lambda name, home: self._pin(source.raw, name, home))
        dialog.open()

    def _pin(self, raw: bytes, name: str, connector: Connector) -> None:
        try:
            self._services.analysis.pin(raw, connector, name)
        except EnateError as error:
            self.messages.show_error(error)
            return
        self.pins.load()
        self.toast(self.tr("Pinned “{name}”.").format(name=name))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.facts.text()}\n\n{self.results.text}")
        self.toast(self.tr("Copied the explanation."))

    def _on_copy_command(self) -> None:
        connector_id = self.connector.currentData()
        name = self.connector.currentText() if connector_id is not None else ""
        path = self._source.path if self._source and self._source.path else "mail.eml"
        QGuiApplication.clipboard().setText(command(path, name))
        self.toast(self.tr("Copied the command."))

    def _on_route_requested(self, route: Route) -> None:
        self.page_requested.emit("routes", route)

    def _on_changed(self, changes: Changes, _initiator: object) -> None:
        if not (changes.connectors or changes.routes or changes.directory):
            return
        self._load_connectors()
        self._ask()
        self.pins.load()


def command(path: str, connector: str) -> str:
    """The command line that answers the same (SPEC 11), quoted for a POSIX shell."""
    parts = ["enate-desktop", "route", "explain", path]
    if connector:
        parts += ["--connector", connector]
    return " ".join(shlex.quote(part) for part in parts)


def route_from(trial: Trial, connector: Connector) -> Route:
    """A new route prefilled from a mail: its address, its sender, the fallback's process."""
    message = trial.message
    known: Sequence[str] = [d.recipient for d in trial.answers[0].saved if d.recipient]
    home = connector.primary_address.rpartition("@")[2]
    ours = [each for each in message.recipients if each.rpartition("@")[2] == home]
    address = next(iter((*known, *ours, connector.primary_address)))
    sender = message.sender
    senders = (AddressPattern(PatternKind.ADDRESS, sender),) if sender else ()
    fallback = connector.fallback
    route = Route(
        0,
        connector.id,
        " ".join(message.subject.split())[:60],
        address,
        fallback.process_id if fallback else 0,
        fallback.category if fallback else None,
        rules=Rules(senders=senders),
    )
    return replace(route, enabled=True)
