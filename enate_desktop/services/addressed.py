"""Which connectors a mail is addressed to."""

from enate_desktop.domain.addresses import without_tag
from enate_desktop.mail.parsing import read_message
from enate_desktop.services.routes import RouteGroup


def addressed_connectors(groups: tuple[RouteGroup, ...], raw: bytes) -> frozenset[int]:
    """Ids of the receiving connectors that know one of the mail's To/CC addresses."""
    recipients = read_message(raw).recipients
    wanted = {*recipients, *(without_tag(address) for address in recipients)}
    return frozenset(
        group.connector.id
        for group in groups
        if group.connector.primary_address in wanted
        or any(route.address in wanted for route in group.routes)
    )
