"""Shows why the order cannot be changed now, with the button that mends it (UI 3.5)."""

from collections.abc import Callable, Mapping

from enate_desktop.item_models.route_refusals import Reason, Refusal
from enate_desktop.views.message_bar import MessageAction, MessageBar, MessageKind, MessageStack

_SECONDS = 10


def show_refusal(
    messages: MessageStack, refusal: Refusal, remedies: Mapping[Reason, Callable[[], object]]
) -> MessageBar:
    """One bar for each reason, for ten seconds; a second refusal takes the place of the first."""
    actions = []
    remedy = remedies.get(refusal.reason)
    if remedy is not None and refusal.remedy:
        actions.append(MessageAction(refusal.remedy, remedy))
    return messages.show_message(
        MessageKind.INFO,
        f"{refusal.title} {refusal.message}".strip(),
        *actions,
        key=f"refusal {refusal.reason}",
        seconds=_SECONDS,
    )
