"""Every service in one place, as window and command line hand them around."""

from dataclasses import dataclass

from enate_desktop.services.analysis import AnalysisService
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.context import Context
from enate_desktop.services.directory import DirectoryService
from enate_desktop.services.exchange.service import ExchangeService
from enate_desktop.services.history import HistoryService
from enate_desktop.services.intake import IntakeService
from enate_desktop.services.people import PeopleService
from enate_desktop.services.routes import RouteService
from enate_desktop.services.settings import SettingsService
from enate_desktop.services.testing import TestingService
from enate_desktop.services.work_items import WorkItemService


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the person at the keyboard can do."""

    connectors: ConnectorService
    routes: RouteService
    directory: DirectoryService
    work_items: WorkItemService
    intake: IntakeService
    exchange: ExchangeService
    analysis: AnalysisService
    settings: SettingsService
    people: PeopleService
    history: HistoryService
    testing: TestingService
    context: Context

    def close(self) -> None:
        """Release the data file; nothing may be used afterwards."""
        self.context.database.close()
