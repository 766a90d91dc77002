"""Every service in one place, as window and command line hand them around."""

from dataclasses import dataclass
from pathlib import Path

from enate_desktop.services.accounting import AccountingService
from enate_desktop.services.analysis import AnalysisService
from enate_desktop.services.backup import BackupService
from enate_desktop.services.certificates import CertificateService
from enate_desktop.services.company_import import CompanyImportService
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.context import Context
from enate_desktop.services.directory import DirectoryService
from enate_desktop.services.exchange.service import ExchangeService
from enate_desktop.services.folders import FolderService
from enate_desktop.services.handling import HandlingService
from enate_desktop.services.hindsight import HindsightService
from enate_desktop.services.history import HistoryService
from enate_desktop.services.intake import IntakeService
from enate_desktop.services.leases import LeaseService
from enate_desktop.services.monitor import MonitorService
from enate_desktop.services.oauth import SignInService
from enate_desktop.services.outbox import OutboxService
from enate_desktop.services.outgoing_tests import OutgoingTestService
from enate_desktop.services.overview import OverviewService
from enate_desktop.services.pauses import PauseService
from enate_desktop.services.people import PeopleService
from enate_desktop.services.proposals import ProposalService
from enate_desktop.services.quarantine import QuarantineService
from enate_desktop.services.repair import RepairService
from enate_desktop.services.restoring import RestoreService
from enate_desktop.services.retention import RetentionService
from enate_desktop.services.route_hits import RouteHitService
from enate_desktop.services.routes import RouteService
from enate_desktop.services.settings import SettingsService
from enate_desktop.services.templates import TemplateService
from enate_desktop.services.testing import TestingService
from enate_desktop.services.trial import TrialService
from enate_desktop.services.unhandled import UnhandledService
from enate_desktop.services.work_items import WorkItemService


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the person at the keyboard can do."""

    connectors: ConnectorService
    certificates: CertificateService
    routes: RouteService
    outgoing_tests: OutgoingTestService
    directory: DirectoryService
    company_import: CompanyImportService
    work_items: WorkItemService
    handling: HandlingService
    hindsight: HindsightService
    repair: RepairService
    intake: IntakeService
    accounting: AccountingService
    retention: RetentionService
    quarantine: QuarantineService
    unhandled: UnhandledService
    outbox: OutboxService
    templates: TemplateService
    exchange: ExchangeService
    analysis: AnalysisService
    proposals: ProposalService
    trial: TrialService
    route_hits: RouteHitService
    settings: SettingsService
    people: PeopleService
    backup: BackupService
    history: HistoryService
    monitor: MonitorService
    overview: OverviewService
    restoring: RestoreService
    testing: TestingService
    folders: FolderService
    oauth: SignInService
    pauses: PauseService
    leases: LeaseService
    folder: Path
    context: Context

    def close(self) -> None:
        """Release the data file; nothing may be used afterwards."""
        self.context.database.close()
