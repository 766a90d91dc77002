"""Everything of a connector that can be typed, section by section (UI 3.4)."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from enate_desktop.domain.connectors import (
    Authentication,
    Connector,
    ServerSettings,
    Side,
    UseFor,
)
from enate_desktop.domain.directory import Process
from enate_desktop.forms.ui_connector_general import Ui_ConnectorGeneral
from enate_desktop.services.vault import SecretName
from enate_desktop.views.connector_fallback import FallbackSection
from enate_desktop.views.connector_intake import IntakeSection
from enate_desktop.views.connector_server import ServerSection
from enate_desktop.views.connector_sign_in import SignInSection
from enate_desktop.views.form_fields import reveal, set_up
from enate_desktop.views.widgets import Card, FormField, label

_SECRETS = {
    Side.INCOMING: SecretName.INCOMING_PASSWORD,
    Side.OUTGOING: SecretName.OUTGOING_PASSWORD,
}
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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connector = Connector(0, "", UseFor.INCOMING, "")
        self._filling = False
        self.ui = Ui_ConnectorGeneral()
        self._general = QWidget()
        self.fields = set_up(self.ui, self._general)
        self.ui.name.setPlaceholderText("HR EMEA")
        self.ui.primary_address.setPlaceholderText("hr@acme.com")
        self.servers = {side: ServerSection(side) for side in Side}
        self.sign_ins = {side: SignInSection(side) for side in Side}
        self.fallback = FallbackSection()
        self.intake = IntakeSection()
        self._headings: dict[Side, list[QWidget]] = {side: [] for side in Side}
        self._incoming_cards: list[QWidget] = []
        self._build()
        self._collect_fields()
        self._connect()

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
        for side, settings in self._stored_sides(connector).items():
            self.servers[side].set_settings(settings)
            service = self.servers[side].service
            kept = _SECRETS[side] in stored
            self.sign_ins[side].set_settings(service, settings, stored=kept)
        self.fallback.set_processes(processes)
        self.fallback.set_fallback(connector.fallback)
        self.intake.set_values(connector.after_intake, connector.start_from)
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
            start_from=self.intake.start_from(),
        )

    def secrets(self) -> dict[SecretName, bytes | None]:
        """The secrets just typed, of the sides in use."""
        used = {Side.INCOMING: self.use_for.receives, Side.OUTGOING: self.use_for.sends}
        typed = {_SECRETS[side]: self.sign_ins[side].secret for side in Side if used[side]}
        return {name: secret for name, secret in typed.items() if secret is not None}

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

    def clear_errors(self) -> None:
        """Take every sentence under a field away."""
        for field in self.fields.values():
            if field.error:
                field.set_error("")

    def focus_field(self, name: str) -> bool:
        """Put the focus on the control of a field; False when there is none on screen."""
        side, _, what = name.partition(".")
        if what == "password" and side in tuple(Side):
            secret = self.sign_ins[Side(side)].password
            secret.focus()
            reveal(secret)
            return True
        found = self._field(name)
        if found is None or not found.isVisibleTo(self):
            return False
        found.control.setFocus()
        reveal(found)
        if isinstance(found.control, QLineEdit):
            found.control.selectAll()
        return True

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        service, sign_in = Card(self.tr("1  Service")), Card(self.tr("2  Sign-in"))
        service.body.addWidget(self._general)
        names = {Side.INCOMING: self.tr("Incoming mail"), Side.OUTGOING: self.tr("Outgoing mail")}
        for side in Side:
            for card, part in ((service, self.servers[side]), (sign_in, self.sign_ins[side])):
                heading = label(names[side], strong=True)
                self._headings[side].append(heading)
                card.body.addWidget(heading)
                card.body.addWidget(part)
        fallback = Card(self.tr("3  Fallback route"))
        fallback.body.addWidget(self.fallback)
        intake = Card(self.tr("4  Mail in the mailbox"))
        intake.body.addWidget(self.intake)
        self._incoming_cards = [fallback, intake]
        for card in (service, sign_in, fallback, intake):
            column.addWidget(card)
        column.addStretch(1)

    def _collect_fields(self) -> None:
        for side in Side:
            for section in (self.servers[side], self.sign_ins[side]):
                self.fields |= {f"{side}.{key}": f for key, f in section.fields.items()}
        self.fields |= self.fallback.fields | self.intake.fields

    def _connect(self) -> None:
        self.ui.name.textChanged.connect(self._on_changed)
        self.ui.primary_address.textChanged.connect(self._on_address_changed)
        for radio in (self.ui.incoming, self.ui.outgoing, self.ui.both):
            radio.toggled.connect(self._on_use_for_toggled)
        for side in Side:
            self.servers[side].service_changed.connect(self.sign_ins[side].show_service)
            self.servers[side].changed.connect(self._on_changed)
            self.sign_ins[side].changed.connect(self._on_changed)
        self.fallback.changed.connect(self._on_changed)
        self.intake.changed.connect(self._on_changed)

    def _stored_sides(self, connector: Connector) -> dict[Side, ServerSettings | None]:
        return {Side.INCOMING: connector.incoming, Side.OUTGOING: connector.outgoing}

    def _settings(self, side: Side) -> ServerSettings:
        start = self._stored_sides(self._connector)[side] or ServerSettings("", "", 0)
        shown = self.sign_ins[side].apply_to(self.servers[side].apply_to(start))
        needs_name = shown.authentication is Authentication.PASSWORD and not shown.username
        address = self.ui.primary_address.text().strip()
        return replace(shown, username=address) if needs_name else shown

    def _field(self, name: str) -> FormField | None:
        key = _ELSEWHERE.get(name, name).removeprefix("fallback.")
        return self.fields.get(key)

    def _show_sides(self) -> None:
        used = {Side.INCOMING: self.use_for.receives, Side.OUTGOING: self.use_for.sends}
        for side in Side:
            for part in (self.servers[side], self.sign_ins[side]):
                part.setVisible(used[side])
            for heading in self._headings[side]:
                heading.setVisible(used[side] and all(used.values()))
        for card in self._incoming_cards:
            card.setVisible(self.use_for.receives)

    def _on_use_for_toggled(self, on: bool) -> None:
        if on:
            self._show_sides()
            self._on_changed()

    def _on_address_changed(self, text: str) -> None:
        for side in Side:
            self.sign_ins[side].ui.username.setPlaceholderText(text.strip())
        self._on_changed()

    def _on_changed(self) -> None:
        if not self._filling:
            self.changed.emit()
