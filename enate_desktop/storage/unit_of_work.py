"""One transaction and the repositories that work inside it."""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

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
from enate_desktop.storage.overview import OverviewRepository
from enate_desktop.storage.pauses import PauseRepository
from enate_desktop.storage.people import PeopleRepository
from enate_desktop.storage.pins import PinRepository
from enate_desktop.storage.pop3_numbers import Pop3NumberRepository
from enate_desktop.storage.raw_mails import RawMailRepository
from enate_desktop.storage.rebuilt import RebuiltRepository
from enate_desktop.storage.repairs import RepairRepository
from enate_desktop.storage.route_hits import RouteHitRepository
from enate_desktop.storage.routes import RouteRepository
from enate_desktop.storage.sending import SendingRepository
from enate_desktop.storage.templates import TemplateRepository
from enate_desktop.storage.waiting_mails import WaitingMailRepository
from enate_desktop.storage.work_item_lists import WorkItemLists
from enate_desktop.storage.work_items import WorkItemRepository

T = TypeVar("T")


class _Repository(Generic[T]):
    """An attribute that makes its repository at the first use and keeps it."""

    def __init__(self, made: Callable[[Connection], T]) -> None:
        self._made = made
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, work: "UnitOfWork", owner: type) -> T:
        # It has no __set__, so that from now on the attribute of the object is found first.
        found = work.__dict__[self._name] = self._made(work.connection)
        return found


class UnitOfWork:
    """The repositories of one transaction; made by Database.read and Database.write."""

    facts = _Repository(FactRepository)
    """Identity, revision and settings."""
    people = _Repository(PeopleRepository)
    """People and their roles."""
    directory = _Repository(DirectoryRepository)
    """Customers down to processes."""
    companies = _Repository(CompanyRepository)
    """Companies and contacts."""
    connectors = _Repository(ConnectorRepository)
    """Connectors, their condition and their encrypted secrets."""
    routes = _Repository(RouteRepository)
    """Incoming and outgoing routes."""
    route_hits = _Repository(RouteHitRepository)
    """The hit counters of routes."""
    pins = _Repository(PinRepository)
    """Pinned mails."""
    history = _Repository(HistoryRepository)
    """The append-only history."""
    raw_mails = _Repository(RawMailRepository)
    """The bytes of mails."""
    ledger = _Repository(LedgerRepository)
    """The memory of mails taken in."""
    pop3_numbers = _Repository(Pop3NumberRepository)
    """The numbers of mails in POP3 mailboxes."""
    decisions = _Repository(DecisionRepository)
    """Why mails went where they went."""
    waiting_mails = _Repository(WaitingMailRepository)
    """Unhandled mails that wait for a person."""
    work_items = _Repository(WorkItemRepository)
    """Tickets and Cases."""
    work_item_lists = _Repository(WorkItemLists)
    """Pages of work items."""
    repairs = _Repository(RepairRepository)
    """Decisions that repairs made anew."""
    monitor = _Repository(MonitorRepository)
    """What the mailbox monitor shows, and the errors of the worker."""
    overview = _Repository(OverviewRepository)
    """What the start page shows of the last hours."""
    mailbox_counts = _Repository(MailboxCountRepository)
    """What servers hold and what became of it."""
    leases = _Repository(LeaseRepository)
    """Who works on which mailbox or sender now."""
    pauses = _Repository(PauseRepository)
    """Which connectors rest because a person said so."""
    rebuilt = _Repository(RebuiltRepository)
    """Mailboxes that were rebuilt on their servers."""
    deciding = _Repository(DecidingRepository)
    """What a batch of mails asks and is told when it is decided."""
    outbox = _Repository(OutboxRepository)
    """Mails of ours and their deliveries."""
    sending = _Repository(SendingRepository)
    """What a sender does with the deliveries of its connector."""
    templates = _Repository(TemplateRepository)
    """The acknowledgements that somebody wrote."""

    def __init__(self, connection: Connection) -> None:
        """Work through ``connection``, whose transaction somebody else ends."""
        self.connection = connection

    def now(self) -> datetime:
        """The present moment in UTC by the database's clock, not by this machine's."""
        return database_now(self.connection)
