"""What the Connectors page says of tests and refusals."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.views.message_bar import MessageAction, MessageKind, MessageStack

Act = Callable[[], object]
_GOOD_NEWS_SECONDS = 10


def tell_untested(messages: MessageStack, connector: Connector, test_now: Act) -> None:
    """Enable is locked: say why, offer the remedy (C-05)."""
    text = _tr("Test the connection of “{name}” first.").format(name=connector.name)
    action = MessageAction(_tr("Test now"), test_now)
    messages.show_message(MessageKind.INFO, text, action, key=_key(connector))


def tell_test(
    messages: MessageStack, connector: Connector, test: ConnectionTest, edit: Act
) -> None:
    """How a test from the list went."""
    text = f"{connector.name}: {test.report.summary}"
    if test.ok:
        kind = MessageKind.SUCCESS
        messages.show_message(kind, text, key=_key(connector), seconds=_GOOD_NEWS_SECONDS)
    else:
        action = MessageAction(_tr("Edit connector"), edit)
        messages.show_message(MessageKind.ERROR, text, action, key=_key(connector))


def tell_refusal(
    messages: MessageStack, connector: Connector, error: EnateError, edit: Act
) -> None:
    """Why a connector was not tested or switched on."""
    messages.show_error(error, MessageAction(_tr("Edit connector"), edit), key=_key(connector))


def forget(messages: MessageStack, connector: Connector) -> None:
    """What was said of a connector is over."""
    messages.dismiss(_key(connector))


def _key(connector: Connector) -> str:
    return f"connector-{connector.id}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("ConnectorMessages", text)
