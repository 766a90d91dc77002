"""What the connector editor asks before it goes on: leaving with changes, no encryption."""

import ipaddress
from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from enate_desktop.domain.connectors import Authentication, Connector, Security
from enate_desktop.views.confirm import Choice, ConfirmDialog

Act = Callable[[], object]


def ask_about_changes(name: str, discard: Act, save: Act, parent: QWidget) -> ConfirmDialog:
    """Esc and Enter keep editing; nothing typed goes without a word."""
    dialog = ConfirmDialog(
        _tr("“{name}” has changes that are not saved.").format(name=name),
        _tr("What shall become of them?"),
        (),
        (Choice(_tr("Discard"), discard, danger=True), Choice(_tr("Save"), save)),
        parent,
    )
    dialog.cancel_button.setText(_tr("Keep editing"))
    dialog.open()
    return dialog


def ask_about_encryption(
    hosts: Iterable[str], with_password: bool, go: Act, parent: QWidget
) -> ConfirmDialog:
    """Ask before anything goes to these hosts in the clear (C-13)."""
    what = _tr("Password and mail") if with_password else _tr("Mail")
    text = _tr("{what} can be read on the way to {hosts}.")
    dialog = ConfirmDialog(
        _tr("Connect without encryption?"),
        text.format(what=what, hosts=_tr(" and ").join(sorted(hosts))),
        (),
        (Choice(_tr("Connect without encryption"), go, danger=True),),
        parent,
    )
    dialog.open()
    return dialog


def bare_hosts(connector: Connector) -> frozenset[str]:
    """The servers of ``connector`` that are reached unencrypted over a network."""
    return frozenset(
        settings.host.strip().lower()
        for settings in connector.sides.values()
        if settings.security is Security.NONE and not _is_this_computer(settings.host)
    )


def sends_password_bare(connector: Connector) -> bool:
    """Whether a password or token would go with it."""
    return any(
        settings.security is Security.NONE
        and settings.authentication in (Authentication.PASSWORD, Authentication.OAUTH2)
        for settings in connector.sides.values()
    )


def _is_this_computer(host: str) -> bool:
    name = host.strip().lower().rstrip(".")
    if name in ("", "localhost") or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _tr(text: str) -> str:
    return QCoreApplication.translate("ConnectorQuestions", text)
