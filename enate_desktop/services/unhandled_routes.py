"""A route made from unhandled mail: prefilled, and which waiting mails it would take (W-01)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from enate_desktop.domain.addresses import AddressPattern, PatternKind, without_tag
from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.routes import WILDCARD, Route
from enate_desktop.domain.rules import Rules
from enate_desktop.routing.decision import decide_mail
from enate_desktop.routing.explanation import Outcome
from enate_desktop.services.known_work import StoredWork
from enate_desktop.services.route_tables import Deciding
from enate_desktop.storage.unit_of_work import UnitOfWork
from enate_desktop.storage.waiting_mails import WaitingMail

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class RouteFromMail:
    """A new route for the senders of some mails, and the same for everybody at their domains."""

    by_sender: Route
    by_domain: Route
    domains: tuple[str, ...]


class AsIfUndecided(StoredWork):
    """What is known of a mail but for its own former decision."""

    def __init__(self, work: UnitOfWork, mail: WaitingMail) -> None:
        """Ask through ``work`` on behalf of ``mail``."""
        super().__init__(work, mail.message, mail.intake_id)
        self._mail = mail

    def taken_in(self, key: str) -> bool:
        """Whether another mail with this resolution key was taken in (M-02)."""
        taken = self._work.waiting_mails.taken_by_another(key, self._mail.intake_id)
        return self._read_before or taken


def prefilled(
    connector: Connector, routes: Iterable[Route], mails: Sequence[WaitingMail]
) -> RouteFromMail:
    """A route to the address the mails came to; it creates what the fallback would create.

    Where none of their To and CC addresses is of this mailbox (Bcc, lists) it is a wildcard route.
    """
    senders = tuple(dict.fromkeys(m.message.sender for m in mails if m.message.sender))
    domains = tuple(dict.fromkeys(sender.rpartition("@")[2] for sender in senders))
    fallback = connector.fallback
    by_sender = Route(
        0,
        connector.id,
        _name(mails, domains),
        _address(connector, routes, mails) or (WILDCARD if senders else connector.primary_address),
        fallback.process_id if fallback else 0,
        fallback.category if fallback else None,
        rules=Rules(senders=tuple(AddressPattern(PatternKind.ADDRESS, s) for s in senders)),
        for_attention=True,
    )
    everybody = Rules(senders=tuple(AddressPattern(PatternKind.DOMAIN, d) for d in domains))
    return RouteFromMail(by_sender, replace(by_sender, rules=everybody), domains)


def taken_by(
    work: UnitOfWork, deciding: Deciding, route_id: int, mails: Iterable[WaitingMail]
) -> tuple[int, ...]:
    """Those of the mails of which that route of the table would make work (intake ids)."""
    found = []
    for mail in mails:
        # Most are passed over without asking the store anything.
        if all(d.route_id != route_id for d in deciding.table.decide(mail.message)):
            continue
        decisions = decide_mail(
            mail.message,
            deciding.table,
            AsIfUndecided(work, mail),
            link_by_subject=deciding.settings.link_by_subject,
            explain=False,
        )
        if any(d.route_id == route_id and d.outcome is Outcome.CREATED for d in decisions):
            found.append(mail.intake_id)
    return tuple(found)


def _address(
    connector: Connector, routes: Iterable[Route], mails: Sequence[WaitingMail]
) -> str | None:
    home = connector.primary_address.rpartition("@")[2]
    known = {route.address for route in routes}
    came_to = Counter(
        address
        for mail in mails
        for address in dict.fromkeys(map(without_tag, mail.message.recipients))
        if address in known or address.rpartition("@")[2] == home
    )
    return came_to.most_common(1)[0][0] if came_to else None


def _name(mails: Sequence[WaitingMail], domains: tuple[str, ...]) -> str:
    subject = " ".join(mails[0].message.subject.split())
    if (len(mails) > 1 and domains) or not subject:
        return ("Mail from " + ", ".join(domains or ("nobody",)))[:_LONGEST_NAME]
    return subject[:_LONGEST_NAME]
