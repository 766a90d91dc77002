"""What stands in a route editor before it is saved, usable or not."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.directory import Company
from enate_desktop.item_models.route_processes import ProcessBook
from enate_desktop.views.rules_editor import NO_RULE_TEXTS, RuleTexts


@dataclass(frozen=True, slots=True)
class RouteDraft:
    """The fields of an incoming route as typed."""

    connector_id: int = 0
    name: str = ""
    address: str = ""
    process_id: int | None = None
    category: str | None = None
    send_automated_emails: bool = False
    test_mode: bool = False
    enabled: bool = True
    rules: RuleTexts = NO_RULE_TEXTS


@dataclass(frozen=True, slots=True)
class OutgoingDraft:
    """The fields of an outgoing route as typed."""

    connector_id: int = 0
    name: str = ""
    description: str = ""
    address: str = ""
    enabled: bool = False


@dataclass(frozen=True, slots=True)
class RouteSources:
    """What the editors choose from; ``addresses`` are those known for each connector."""

    connectors: tuple[Connector, ...] = ()
    book: ProcessBook = field(default_factory=ProcessBook)
    companies: tuple[Company, ...] = ()
    addresses: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
