"""Builds the services once, for window and command line alike."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from enate_desktop.credentials.key_file import SharedKey
from enate_desktop.credentials.keys import TRUSTED_KEYRINGS, AskPassphrase, KeyStore
from enate_desktop.domain.connectors import Side
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import SYSTEM, Person, Role
from enate_desktop.services.accounting import AccountingService
from enate_desktop.services.acknowledgements import plan
from enate_desktop.services.analysis import AnalysisService
from enate_desktop.services.backup import BackupService
from enate_desktop.services.bundle import Services
from enate_desktop.services.certificates import CertificateService
from enate_desktop.services.company_import import CompanyImportService
from enate_desktop.services.conditions import ConditionService, room_in
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.context import Context
from enate_desktop.services.directory import DirectoryService
from enate_desktop.services.exchange.service import ExchangeService
from enate_desktop.services.folders import FolderService
from enate_desktop.services.handling import HandlingService
from enate_desktop.services.hindsight import HindsightService
from enate_desktop.services.history import HistoryService
from enate_desktop.services.intake import IntakeService, Received
from enate_desktop.services.leases import Lease, LeaseService
from enate_desktop.services.mailboxes import MailboxService
from enate_desktop.services.monitor import MonitorService
from enate_desktop.services.oauth import SignInService
from enate_desktop.services.outbox import OutboxService
from enate_desktop.services.outgoing_tests import OutgoingTestService
from enate_desktop.services.overview import OverviewService
from enate_desktop.services.pauses import PauseService
from enate_desktop.services.people import PeopleService, operating_system_login, sign_in
from enate_desktop.services.proposals import ProposalService
from enate_desktop.services.quarantine import QuarantineService
from enate_desktop.services.repair import RepairService
from enate_desktop.services.restoring import RestoreService
from enate_desktop.services.retention import RetentionService
from enate_desktop.services.route_hits import RouteHitService
from enate_desktop.services.routes import RouteService
from enate_desktop.services.sending import Senders, SendingService
from enate_desktop.services.settings import SettingsService
from enate_desktop.services.templates import TemplateService
from enate_desktop.services.testing import TestingService
from enate_desktop.services.trial import TrialService
from enate_desktop.services.unhandled import UnhandledService
from enate_desktop.services.vault import Vault
from enate_desktop.services.work_items import WorkItemService
from enate_desktop.storage.database import Database, open_database
from enate_desktop.worker.poller import Services as PollerServices
from enate_desktop.worker.reach import Reachability
from enate_desktop.worker.sender import OutboxSender, SenderServices
from enate_desktop.worker.supervisor import Supervisor, Workshop

__all__ = ["Services", "build_services", "build_supervisor", "view_as"]


def build_supervisor(
    services: Services,
    received: Callable[[Received], None] = lambda _received: None,
    looked: Callable[[int], None] = lambda _connector_id: None,
    sent: Callable[[object], None] = lambda _sent: None,
) -> Supervisor:
    """The mailbox worker; what it does is noted as done by "System"."""
    system = services.context.acting_as(SYSTEM)
    workshop = Workshop(
        ConnectorService(system),
        LeaseService(system, services.folder),
        services.pauses,
        partial(_receiving, services, Reachability()),
        partial(_sending, services),
        hourly=(lambda: services.retention.run(datetime.now(UTC)),),
    )
    return Supervisor(workshop, received, looked, sent)


def _receiving(services: Services, reach: Reachability, fenced: Context) -> PollerServices:
    """What the poller of one mailbox works with; ``fenced`` by its lease."""
    return PollerServices(
        ConnectorService(fenced),
        IntakeService(fenced, plan=plan),
        MailboxService(fenced),
        paused=services.pauses.paused,
        check_room=room_in(services.folder),
        tell=ConditionService(fenced).tell,
        note_error=partial(_noted, MonitorService(fenced), Side.INCOMING),
        reach=reach,
    )


def _sending(
    services: Services,
    connector_id: int,
    lease: Lease,
    fenced: Context,
    told: Callable[[object], None],
) -> OutboxSender:
    """The sender of one connector; ``fenced`` by its lease."""
    sending = SenderServices(
        SendingService(fenced),
        ConnectorService(fenced),
        Senders(fenced),
        claim=f"{lease.name} {lease.owner} {lease.epoch}",
        paused=services.pauses.paused,
        note_error=partial(_noted, MonitorService(fenced), Side.OUTGOING),
    )
    return OutboxSender(connector_id, sending, told)


def _noted(monitor: MonitorService, side: Side, connector_id: int, error: EnateError) -> None:
    monitor.note(connector_id, side, error)


def _shared_key(database: Database) -> SharedKey:
    """Where the sealed key of a shared server lies: in it, for all computers."""

    def load() -> str | None:
        with database.read() as work:
            return work.facts.sealed_key()

    def keep(text: str) -> str:
        with database.write() as work:
            return work.facts.keep_sealed_key(text)

    return SharedKey(load, keep)


def build_services(
    folder: Path,
    ask_passphrase: AskPassphrase = lambda _new: None,
    login: str | None = None,
    trusted_keyrings: tuple[str, ...] = TRUSTED_KEYRINGS,
    url: str | None = None,
) -> Services:
    """Open the database and build every service; ``folder`` is made if absent.

    That is the data file in ``folder``, or with ``url`` a shared server (S-01).
    ``ask_passphrase`` is called where none of ``trusted_keyrings`` is there, and once at every
    computer for a shared server. Raises StorageError.
    """
    database = open_database(folder, url)
    with database.write() as work:
        identity = work.facts.identity()
    vault = Vault(
        KeyStore(
            folder,
            identity,
            ask_passphrase,
            trusted=trusted_keyrings,
            shared=_shared_key(database) if database.shared else None,
        )
    )
    me = sign_in(database, login or database.login or operating_system_login())
    return _bundle(Context(database, vault, me), folder)


def view_as(services: Services, role: Role) -> Services:
    """The same data seen by somebody of another role; nothing can be changed through it (P-01)."""
    login = services.people.me.login
    looking = Person(login, role.name, role.permissions, listed=False, looks_only=True)
    return _bundle(services.context.acting_as(looking), services.folder)


def _bundle(context: Context, folder: Path) -> Services:
    exchange = ExchangeService(context)
    return Services(
        connectors=ConnectorService(context),
        certificates=CertificateService(context),
        routes=RouteService(context),
        outgoing_tests=OutgoingTestService(context),
        directory=DirectoryService(context),
        company_import=CompanyImportService(context),
        work_items=WorkItemService(context),
        handling=HandlingService(context),
        hindsight=HindsightService(context),
        repair=RepairService(context),
        intake=IntakeService(context, plan=plan),
        accounting=AccountingService(context),
        retention=RetentionService(context),
        quarantine=QuarantineService(context, IntakeService(context, plan=plan)),
        unhandled=UnhandledService(context, plan),
        outbox=OutboxService(context),
        templates=TemplateService(context),
        exchange=exchange,
        analysis=AnalysisService(context, exchange),
        proposals=ProposalService(context),
        trial=TrialService(context),
        route_hits=RouteHitService(context),
        settings=SettingsService(context),
        people=PeopleService(context),
        backup=BackupService(context),
        history=HistoryService(context),
        monitor=MonitorService(context, folder),
        overview=OverviewService(context, folder),
        restoring=RestoreService(context),
        testing=TestingService(context),
        folders=FolderService(context),
        oauth=SignInService(context),
        pauses=PauseService(context),
        leases=LeaseService(context),
        folder=folder,
        context=context,
    )
