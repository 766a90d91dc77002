"""One transaction and the repositories that work inside it."""

from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from enate_desktop.storage.clock import database_now
from enate_desktop.storage.companies import CompanyRepository
from enate_desktop.storage.connectors import ConnectorRepository
from enate_desktop.storage.deciding import DecidingRepository
from enate_desktop.storage.decisions import DecisionRepository
from enate_desktop.storage.directory import DirectoryRepository
from enate_desktop.storage.facts import FactRepository
from enate_desktop.storage.history import HistoryRepository
from enate_desktop.storage.leases import LeaseRepository
from enate_desktop.storage.ledger import LedgerRepository
from enate_desktop.storage.mailbox_counts import MailboxCountRepository
from enate_desktop.storage.monitor import MonitorRepository
from enate_desktop.storage.outbox import OutboxRepository
from enate_desktop.storage.pauses import PauseRepository
from enate_desktop.storage.people import PeopleRepository
from enate_desktop.storage.pins import PinRepository
from enate_desktop.storage.pop3_numbers import Pop3NumberRepository
from enate_desktop.storage.raw_mails import RawMailRepository
from enate_desktop.storage.rebuilt import RebuiltRepository
from enate_desktop.storage.route_hits import RouteHitRepository
from enate_desktop.storage.routes import RouteRepository
from enate_desktop.storage.sending import SendingRepository
from enate_desktop.storage.templates import TemplateRepository
from enate_desktop.storage.work_items import WorkItemRepository


class UnitOfWork:
    """The repositories of one transaction; made by Database.read and Database.write."""

    def __init__(self, connection: Connection) -> None:
        """Work through ``connection``, whose transaction somebody else ends."""
        self.connection = connection

    def now(self) -> datetime:
        """The present moment in UTC by the database's clock, not by this machine's."""
        return database_now(self.connection)

    @cached_property
    def facts(self) -> FactRepository:
        """Identity, revision and settings."""
        return FactRepository(self.connection)

    @cached_property
    def people(self) -> PeopleRepository:
        """People and their roles."""
        return PeopleRepository(self.connection)

    @cached_property
    def directory(self) -> DirectoryRepository:
        """Customers down to processes."""
        return DirectoryRepository(self.connection)

    @cached_property
    def companies(self) -> CompanyRepository:
        """Companies and contacts."""
        return CompanyRepository(self.connection)

    @cached_property
    def connectors(self) -> ConnectorRepository:
        """Connectors, their condition and their encrypted secrets."""
        return ConnectorRepository(self.connection)

    @cached_property
    def routes(self) -> RouteRepository:
        """Incoming and outgoing routes."""
        return RouteRepository(self.connection)

    @cached_property
    def route_hits(self) -> RouteHitRepository:
        """The hit counters of routes."""
        return RouteHitRepository(self.connection)

    @cached_property
    def pins(self) -> PinRepository:
        """Pinned mails."""
        return PinRepository(self.connection)

    @cached_property
    def history(self) -> HistoryRepository:
        """The append-only history."""
        return HistoryRepository(self.connection)

    @cached_property
    def raw_mails(self) -> RawMailRepository:
        """The bytes of mails."""
        return RawMailRepository(self.connection)

    @cached_property
    def ledger(self) -> LedgerRepository:
        """The memory of mails taken in."""
        return LedgerRepository(self.connection)

    @cached_property
    def pop3_numbers(self) -> Pop3NumberRepository:
        """The numbers of mails in POP3 mailboxes."""
        return Pop3NumberRepository(self.connection)

    @cached_property
    def decisions(self) -> DecisionRepository:
        """Why mails went where they went."""
        return DecisionRepository(self.connection)

    @cached_property
    def work_items(self) -> WorkItemRepository:
        """Tickets and Cases."""
        return WorkItemRepository(self.connection)

    @cached_property
    def monitor(self) -> MonitorRepository:
        """What the mailbox monitor shows, and the errors of the worker."""
        return MonitorRepository(self.connection)

    @cached_property
    def mailbox_counts(self) -> MailboxCountRepository:
        """What servers hold and what became of it."""
        return MailboxCountRepository(self.connection)

    @cached_property
    def leases(self) -> LeaseRepository:
        """Who works on which mailbox or sender now."""
        return LeaseRepository(self.connection)

    @cached_property
    def pauses(self) -> PauseRepository:
        """Which connectors rest because a person said so."""
        return PauseRepository(self.connection)

    @cached_property
    def rebuilt(self) -> RebuiltRepository:
        """Mailboxes that were rebuilt on their servers."""
        return RebuiltRepository(self.connection)

    @cached_property
    def deciding(self) -> DecidingRepository:
        """What a batch of mails asks and is told when it is decided."""
        return DecidingRepository(self.connection)

    @cached_property
    def outbox(self) -> OutboxRepository:
        """Mails of ours and their deliveries."""
        return OutboxRepository(self.connection)

    @cached_property
    def sending(self) -> SendingRepository:
        """What a sender does with the deliveries of its connector."""
        return SendingRepository(self.connection)

    @cached_property
    def templates(self) -> TemplateRepository:
        """The acknowledgements that somebody wrote."""
        return TemplateRepository(self.connection)
