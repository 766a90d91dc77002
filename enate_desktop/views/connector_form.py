"""Everything of a connector that can be typed, section by section (UI 3.4)."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.domain.connectors import Connector, ServerSettings, Side, UseFor
from enate_desktop.domain.directory import Process
from enate_desktop.forms.ui_connector_general import Ui_ConnectorGeneral
from enate_desktop.services.vault import SecretName
from enate_desktop.views.connector_fallback import FallbackSection
from enate_desktop.views.connector_intake import IntakeSection
from enate_desktop.views.connector_sides import ConnectorSides
from enate_desktop.views.form_fields import reveal, set_up
from enate_desktop.views.sign_in_run import SignInTools
from enate_desktop.views.tab_order import follow_reading_order
from enate_desktop.views.widgets import Card, FormField, label

_ELSEWHERE = {
    "incoming": "incoming.host",
    "outgoing": "outgoing.host",
    "after_intake": "folder",
    "fallback": "process",
}
"""Fields of errors that stand under a control of another name."""


class ConnectorForm(QWidget):
    """The fields of one connector. ``changed`` comes after each change a person makes."""

    changed = Signal()

    def __init__(self, tools: SignInTools, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connector = Connector(0, "", UseFor.INCOMING, "")
        self._filling = False
        self.ui = Ui_ConnectorGeneral()
        self._general = QWidget()
        self._own_fields = set_up(self.ui, self._general)
        self.ui.name.setPlaceholderText("HR EMEA")
        self.ui.primary_address.setPlaceholderText("hr@acme.com")
        self.sides = ConnectorSides(tools, self.whole, self)
        self.fallback = FallbackSection()
        self.intake = IntakeSection()
        self._headings: dict[Side, list[QWidget]] = {side: [] for side in Side}
        self._incoming_cards: list[QWidget] = []
        self._tabs = QTimer(self)
        self._tabs.setSingleShot(True)
        self._tabs.setInterval(0)
        self._tabs.timeout.connect(self._order_tabs)
        self._build()
        self._own_fields |= self.fallback.fields | self.intake.fields
        self._connect()

    @property
    def fields(self) -> dict[str, FormField]:
        """Every field by its name in errors; those of a sign-in change with its method."""
        return self._own_fields | self.sides.fields

    @property
    def use_for(self) -> UseFor:
        """The direction chosen."""
        if self.ui.both.isChecked():
            return UseFor.BOTH
        return UseFor.INCOMING if self.ui.incoming.isChecked() else UseFor.OUTGOING

    def load(
        self, connector: Connector, stored: frozenset[SecretName], processes: Sequence[Process]
    ) -> None:
        """Show a connector; ``stored`` names the secrets that are kept."""
        self._connector = connector
        self._filling = True
        self.ui.name.setText(connector.name)
        self.ui.primary_address.setText(connector.primary_address)
        chosen = {
            UseFor.INCOMING: self.ui.incoming,
            UseFor.OUTGOING: self.ui.outgoing,
            UseFor.BOTH: self.ui.both,
        }
        chosen[connector.use_for].setChecked(True)
        self.sides.set_address(connector.primary_address)
        self.sides.load(connector, stored)
        self.fallback.set_processes(processes)
        self.fallback.set_fallback(connector.fallback)
        self.intake.set_after_intake(connector.after_intake)
        self._filling = False
        self._show_sides()
        self.clear_errors()

    def set_processes(self, processes: Sequence[Process]) -> None:
        """The directory changed: offer these processes; nothing typed is lost."""
        self._filling = True
        self.fallback.set_processes(processes)
        self._filling = False

    def connector(self) -> Connector:
        """The connector as it is on screen; what is not on screen stays as loaded."""
        use_for = self.use_for
        return replace(
            self._connector,
            name=self.ui.name.text(),
            primary_address=self.ui.primary_address.text().strip(),
            use_for=use_for,
            incoming=self._settings(Side.INCOMING) if use_for.receives else None,
            outgoing=self._settings(Side.OUTGOING) if use_for.sends else None,
            fallback=self.fallback.fallback() if use_for.receives else None,
            after_intake=self.intake.after_intake(),
        )

    def secrets(self) -> dict[SecretName, bytes | None]:
        """The secrets just typed, of the sides in use."""
        return self.sides.secrets()

    def whole(self) -> tuple[Connector, dict[SecretName, bytes | None]]:
        """The connector and its secrets as they are on screen."""
        return self.connector(), self.secrets()

    def connection_facts(self) -> tuple[object, ...]:
        """Everything a connection test depends on (C-05); compare, do not keep in a log."""
        now = self.connector()
        return (now.use_for, now.incoming, now.outgoing, tuple(sorted(self.secrets().items())))

    def set_error(self, field: str, text: str) -> bool:
        """Put a sentence under the field an error names; False when there is no such field."""
        found = self._field(field)
        if found is None or not found.isVisibleTo(self):
            return False
        found.set_error(text)
        return True

    def clear_errors(self, *names: str) -> None:
        """Take the sentence under these fields away, or under every field."""
        wanted = [self._field(name) for name in names] if names else list(self.fields.values())
        for field in wanted:
            if field is not None and field.error:
                field.set_error("")

    def clear_mended(self) -> None:
        """Take away the sentences under what is being typed in, and under what has gone."""
        focus = QApplication.focusWidget()
        for field in self.fields.values():
            inside = focus is not None and field.isAncestorOf(focus)
            if field.error and (inside or not field.isVisibleTo(self)):
                field.set_error("")

    def focus_field(self, name: str) -> bool:
        """Put the focus on the control of a field; False when there is none on screen."""
        found = self._field(name)
        side, _, rest = name.partition(".")
        if side in tuple(Side) and self.sides.focus(Side(side), rest):
            if found is not None:
                reveal(found)
            return True
        if found is None or not found.isVisibleTo(self):
            return False
        found.control.setFocus()
        reveal(found)
        if isinstance(found.control, QLineEdit):
            found.control.selectAll()
        return True

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tabs.start()

    def _order_tabs(self) -> None:
        """Once everything is laid out: parts come and go with service, method and direction."""
        follow_reading_order(self)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        service, sign_in = Card(self.tr("1  Service")), Card(self.tr("2  Sign-in"))
        service.body.addWidget(self._general)
        names = {Side.INCOMING: self.tr("Incoming mail"), Side.OUTGOING: self.tr("Outgoing mail")}
        for side in Side:
            servers, sign_ins = self.sides.servers, self.sides.sign_ins
            for card, part in ((service, servers[side]), (sign_in, sign_ins[side])):
                heading = label(names[side], strong=True)
                self._headings[side].append(heading)
                card.body.addWidget(heading)
                if part is sign_ins[Side.OUTGOING]:
                    card.body.addWidget(self.sides.same_part)
                card.body.addWidget(part)
        fallback = Card(self.tr("3  Fallback route"))
        fallback.body.addWidget(self.fallback)
        intake = Card(self.tr("4  Mail in the mailbox"))
        intake.body.addWidget(self.intake)
        self._incoming_cards = [fallback, intake]
        for card in (service, sign_in, fallback, intake):
            column.addWidget(card)
        column.addStretch(1)

    def _connect(self) -> None:
        self.ui.name.textChanged.connect(self._on_changed)
        self.ui.primary_address.textChanged.connect(self._on_address_changed)
        for radio in (self.ui.incoming, self.ui.outgoing, self.ui.both):
            radio.toggled.connect(self._on_use_for_toggled)
        self.sides.changed.connect(self._on_sides_changed)
        self.sides.servers[Side.INCOMING].service_changed.connect(self._show_sides)
        self.fallback.changed.connect(self._on_changed)
        self.intake.changed.connect(self._on_changed)

    def _settings(self, side: Side) -> ServerSettings:
        start = {Side.INCOMING: self._connector.incoming, Side.OUTGOING: self._connector.outgoing}
        return self.sides.settings(side, start[side])

    def _field(self, name: str) -> FormField | None:
        name = _ELSEWHERE.get(name, name).removeprefix("fallback.")
        side, _, rest = name.partition(".")
        fields = self.fields
        field = fields.get(name)
        hidden = field is None or not field.isVisibleTo(self)
        if side == Side.OUTGOING and hidden and self.sides.shares_sign_in:
            return fields.get(f"{Side.INCOMING}.{rest}")
        return field

    def _show_sides(self) -> None:
        used = {Side.INCOMING: self.use_for.receives, Side.OUTGOING: self.use_for.sends}
        self.sides.set_use_for(self.use_for)
        for side in Side:
            for heading in self._headings[side]:
                heading.setVisible(used[side] and all(used.values()))
        for card in self._incoming_cards:
            card.setVisible(self.use_for.receives)
        self._tabs.start()
        self.intake.set_pop3(self.sides.servers[Side.INCOMING].service.endswith("_pop3"))

    def _on_use_for_toggled(self, on: bool) -> None:
        if on:
            self._show_sides()
            self._on_changed()

    def _on_address_changed(self, text: str) -> None:
        self.sides.set_address(text.strip())
        self._on_changed()

    def _on_sides_changed(self) -> None:
        self._tabs.start()
        self._on_changed()

    def _on_changed(self) -> None:
        if not self._filling:
            self.changed.emit()
