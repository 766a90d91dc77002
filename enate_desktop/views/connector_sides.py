"""The two sides of a connector, each a server and a sign-in, and the sign-in they may share."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from enate_desktop.domain.connectors import (
    Authentication,
    Connector,
    ServerSettings,
    Side,
    UseFor,
    sign_in_needed,
)
from enate_desktop.domain.services_catalogue import SERVICES
from enate_desktop.services.vault import SecretName
from enate_desktop.views.connector_server import ServerSection
from enate_desktop.views.connector_sign_in import SignInSection
from enate_desktop.views.sign_in_run import SignInTools, WholeConnector
from enate_desktop.views.widgets import FormField, secondary_label

_NAMED = (Authentication.PASSWORD, Authentication.OAUTH2)
"""The methods with a user name: they can serve both directions."""


class ConnectorSides(QObject):
    """Servers and sign-ins by side. While *Use the same sign-in for sending* is on, that of
    incoming mail stands for both.
    """

    changed = Signal()

    def __init__(self, tools: SignInTools, whole: WholeConnector, parent: QWidget) -> None:
        super().__init__(parent)
        self._use_for = UseFor.INCOMING
        self._stored: frozenset[SecretName] = frozenset()
        self._address = ""
        self._filling = False
        self._same_decided = False
        self.servers = {side: ServerSection(side) for side in Side}
        self.sign_ins = {side: SignInSection(side, tools, whole) for side in Side}
        self.same = QCheckBox(self.tr("Use the same sign-in for sending"))
        self.same_note = secondary_label("")
        self.same_part = QWidget()
        column = QVBoxLayout(self.same_part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.same)
        column.addWidget(self.same_note)
        self._connect()

    @property
    def fields(self) -> dict[str, FormField]:
        """Every field by the name that errors give it, such as ``incoming.host``; they change with
        service and method.
        """
        return {
            f"{side}.{name}": field
            for side in Side
            for section in (self.servers[side], self.sign_ins[side])
            for name, field in section.fields.items()
        }

    @property
    def shares_sign_in(self) -> bool:
        """Whether the sign-in of incoming mail stands for both sides."""
        return self._can_share() and self.same.isChecked()

    def load(self, connector: Connector, stored: frozenset[SecretName]) -> None:
        """Show the sides of a connector; ``stored`` names the secrets that are kept."""
        self._filling = True
        self._stored = stored
        self._use_for = connector.use_for
        settings = {Side.INCOMING: connector.incoming, Side.OUTGOING: connector.outgoing}
        for side in Side:
            self.servers[side].set_settings(settings[side])
            self.sign_ins[side].set_settings(
                self.servers[side].service,
                settings[side],
                stored=stored,
                connector_id=connector.id,
            )
            if sign_in_needed(connector):
                self.sign_ins[side].set_sign_in_needed(connector.condition.reason)
        shared = _shared_so_far(connector, stored)
        self._same_decided = shared is not None
        self.same.setChecked(bool(shared))
        self._filling = False
        self._suggest_same()
        self._show()

    def set_use_for(self, use_for: UseFor) -> None:
        """Which sides are in use."""
        self._use_for = use_for
        self._show()

    def set_address(self, address: str) -> None:
        """The primary address: it names the user where nothing else does."""
        self._address = address
        for side in Side:
            self.servers[side].set_address(address)
            self.sign_ins[side].set_mailbox(address)

    def settings(self, side: Side, start: ServerSettings | None) -> ServerSettings:
        """One side as it is on screen, based on ``start``."""
        shown = self.servers[side].apply_to(start or ServerSettings("", "", 0))
        shown = self.sign_ins[side].apply_to(shown)
        if side is Side.OUTGOING and self.shares_sign_in:
            other = self.sign_ins[Side.INCOMING].apply_to(ServerSettings("", "", 0))
            shown = replace(
                shown,
                authentication=other.authentication,
                username=other.username,
                oauth=other.oauth,
                certificate=other.certificate,
            )
        if shown.authentication in _NAMED and not shown.username:
            shown = replace(shown, username=self._address)
        return shown

    def take_renewed(self, tokens: Mapping[SecretName, bytes]) -> None:
        """A test renewed tokens that are not stored yet: these are the good ones now."""
        for side in Side:
            self.sign_ins[side].take_renewed(tokens)

    def secrets(self) -> dict[SecretName, bytes | None]:
        """The secrets that differ from the stored ones, of the sides in use."""
        found: dict[SecretName, bytes | None] = {}
        for side in self._used():
            if not (side is Side.OUTGOING and self.shares_sign_in):
                found |= self.sign_ins[side].secrets()
        typed = found.get(SecretName.INCOMING_PASSWORD)
        if self.shares_sign_in and typed is not None:
            found[SecretName.OUTGOING_PASSWORD] = typed
        return found

    def focus(self, side: Side, name: str) -> bool:
        """Put the focus on a part of the sign-in or on the private CA; False for another name."""
        if name == "ca_certificate":
            self.servers[side].ui.authority_choose.setFocus()
            return True
        if side is Side.OUTGOING and self.shares_sign_in:
            side = Side.INCOMING
        return self.sign_ins[side].focus_field(name)

    def _used(self) -> tuple[Side, ...]:
        wanted = {Side.INCOMING: self._use_for.receives, Side.OUTGOING: self._use_for.sends}
        return tuple(side for side in Side if wanted[side])

    def _can_share(self) -> bool:
        if self._use_for is not UseFor.BOTH:
            return False
        incoming, outgoing = (self.servers[side].service for side in Side)
        method = self.sign_ins[Side.INCOMING].method
        same_provider = incoming.partition("_")[0] == outgoing.partition("_")[0]
        return same_provider and method in _NAMED and method in SERVICES[outgoing].authentications

    def _connect(self) -> None:
        for side in Side:
            self.servers[side].service_changed.connect(self.sign_ins[side].show_service)
            self.servers[side].changed.connect(self._on_changed)
            self.sign_ins[side].changed.connect(self._on_changed)
            self.sign_ins[side].method_changed.connect(self._on_changed)
        self.same.toggled.connect(self._on_same_toggled)
        self.servers[Side.OUTGOING].service_changed.connect(self._suggest_same)

    def _suggest_same(self) -> None:
        """One account does for both, but a relay usually knows a certificate or an address."""
        if not self._same_decided:
            self._filling = True
            self.same.setChecked(not self.servers[Side.OUTGOING].service.endswith("_relay"))
            self._filling = False

    def _show(self) -> None:
        used = self._used()
        shared = self.shares_sign_in
        methods = {side: self.sign_ins[side].method for side in Side}
        if shared:
            methods[Side.OUTGOING] = methods[Side.INCOMING]
        for side in Side:
            self.servers[side].setVisible(side in used)
            self.servers[side].set_method(methods[side])
            self.sign_ins[side].set_host(self.servers[side].ui.host.text())
        self.sign_ins[Side.INCOMING].setVisible(Side.INCOMING in used)
        self.sign_ins[Side.OUTGOING].setVisible(Side.OUTGOING in used and not shared)
        both = self._use_for is UseFor.BOTH and not shared
        partner = self.sign_ins[Side.INCOMING].registration() if both else None
        self.sign_ins[Side.OUTGOING].set_partner(partner)
        self.same_part.setVisible(self._can_share())
        once_more = self.tr("Type the password once more: it is stored for sending too.")
        self.same_note.setText(once_more)
        self.same_note.setVisible(self._lacks_password())

    def _lacks_password(self) -> bool:
        """Whether incoming mail has a stored password that sending cannot be given."""
        return (
            self.shares_sign_in
            and self.sign_ins[Side.INCOMING].method is Authentication.PASSWORD
            and SecretName.INCOMING_PASSWORD in self._stored
            and SecretName.OUTGOING_PASSWORD not in self._stored
            and not self.sign_ins[Side.INCOMING].secrets()
        )

    def _on_same_toggled(self) -> None:
        if self._filling:
            return
        self._same_decided = True
        self._on_changed()
        if self._lacks_password():
            self.sign_ins[Side.INCOMING].focus_field("password")

    def _on_changed(self) -> None:
        if not self._filling:
            self._show()
            self.changed.emit()


def _shared_so_far(connector: Connector, stored: frozenset[SecretName]) -> bool | None:
    """Whether both sides of a stored connector sign in alike; None where one is new."""
    incoming, outgoing = connector.incoming, connector.outgoing
    if incoming is None or outgoing is None:
        return None
    facts: Mapping[Side, tuple[object, ...]] = {
        side: (settings.authentication, settings.username, settings.oauth)
        for side, settings in connector.sides.items()
    }
    if facts[Side.INCOMING] != facts[Side.OUTGOING]:
        return False
    if incoming.service.startswith("other") and _domain(incoming.host) != _domain(outgoing.host):
        return False
    passwords = {SecretName.INCOMING_PASSWORD, SecretName.OUTGOING_PASSWORD}
    return incoming.authentication is not Authentication.PASSWORD or passwords <= stored


def _domain(host: str) -> str:
    """``imap.acme.com`` and ``smtp.acme.com`` are of one provider; addresses stay as they are."""
    parts = host.strip().lower().rstrip(".").split(".")
    return host if parts[-1].isdigit() else ".".join(parts[-2:])
