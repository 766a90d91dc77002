"""What the Connectors page says of tests and refusals."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.connector_state import connector_state
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


def tell_of_trouble(messages: MessageStack, connector: Connector) -> None:
    """What keeps a stored connector from working, if it needs a person."""
    now = datetime.now(UTC)
    state = connector_state(connector, now)
    if connector.id and state.needs_a_person:
        kind = MessageKind.WARNING if connector.enabled else MessageKind.ERROR
        messages.show_message(kind, state.whole(now).replace("\n", " "), key="state")


def warn_of_stop(messages: MessageStack, *, stops: bool) -> None:
    """Say that saving switches a running connector off, or that it does no longer (C-05)."""
    messages.dismiss("stop")
    if stops:
        text = _tr(
            "Settings changed since the last successful test. "
            "Saving switches it off until it is tested again."
        )
        messages.show_message(MessageKind.WARNING, text, key="stop")


def forget(messages: MessageStack, connector_id: int) -> None:
    """What was said of a connector is over."""
    messages.dismiss(f"connector-{connector_id}")


def _key(connector: Connector) -> str:
    return f"connector-{connector.id}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("ConnectorMessages", text)
