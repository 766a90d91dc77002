"""The search inside one group of the Email Routes tree (G-03): per column, starts with, AND."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from enate_desktop.domain.directory import SEPARATOR
from enate_desktop.domain.routes import OutgoingRoute
from enate_desktop.item_models.route_columns import TITLES, AnyRoute, Column
from enate_desktop.item_models.route_processes import SHOWN_SEPARATOR, ProcessBook


class Choice(StrEnum):
    """A search field with two values and the one that does not care."""

    ANY = "Any"
    ON = "On"
    OFF = "Off"

    def accepts(self, value: bool) -> bool:
        """Whether a route with this value stays."""
        return self is Choice.ANY or (self is Choice.ON) == value


TEXT_FIELDS: dict[Column, str] = {
    Column.ADDRESS: "address",
    Column.NAME: "name",
    Column.CREATES: "creates",
    Column.CATEGORY: "category",
}
CHOICE_FIELDS: dict[Column, str] = {
    Column.ATTENTION: "attention",
    Column.AUTO: "auto",
    Column.MODE: "mode",
    Column.ENABLED: "enabled",
}
CHOICE_LABELS: dict[Column, tuple[str, str, str]] = {
    Column.ATTENTION: ("Any", "Yes", "No"),
    Column.AUTO: ("Any", "On", "Off"),
    Column.MODE: ("Any", "Test", "Live"),
    Column.ENABLED: ("Any", "On", "Off"),
}
"""What a field offers, in the order of Choice."""


class ShowOnly(StrEnum):
    """Which routes the page shows at all, in every group."""

    ALL = "All routes"
    WARNINGS = "Only with warnings"
    ATTENTION = "Only for attention"


@dataclass(frozen=True, slots=True)
class RouteSearch:
    """The fields of one group's search row; ``mode`` ON means test mode."""

    address: str = ""
    name: str = ""
    creates: str = ""
    category: str = ""
    attention: Choice = Choice.ANY
    auto: Choice = Choice.ANY
    mode: Choice = Choice.ANY
    enabled: Choice = Choice.ANY

    @property
    def active(self) -> bool:
        """Whether any field narrows the group."""
        return self != NO_SEARCH and bool(self.filled())

    def filled(self) -> tuple[Column, ...]:
        """The columns whose field narrows the group."""
        texts = [c for c, field in TEXT_FIELDS.items() if getattr(self, field).strip()]
        choices = [c for c, field in CHOICE_FIELDS.items() if getattr(self, field) != Choice.ANY]
        return (*texts, *choices)

    def words(self, column: Column) -> str:
        """``Route: fra`` or ``Mode: Test``, for a field that is hidden with its column."""
        if column in TEXT_FIELDS:
            return f"{TITLES[column]}: {getattr(self, TEXT_FIELDS[column]).strip()}"
        choice = tuple(Choice).index(getattr(self, CHOICE_FIELDS[column]))
        return f"{TITLES[column]}: {CHOICE_LABELS[column][choice]}"

    def texts(self) -> tuple[str, ...]:
        """The texts searched for, as typed, for the line that says nothing was found."""
        typed = (getattr(self, field).strip() for field in TEXT_FIELDS.values())
        return tuple(text for text in typed if text)

    def test(self, book: ProcessBook) -> Callable[[AnyRoute], bool]:
        """A function that says whether a route stays."""
        address, name, creates, category = (
            getattr(self, field).strip().casefold().replace(SHOWN_SEPARATOR, SEPARATOR)
            for field in TEXT_FIELDS.values()
        )

        def stays(route: AnyRoute) -> bool:
            if address and not route.address.casefold().startswith(address):
                return False
            if name and not route.name.casefold().startswith(name):
                return False
            if not self.enabled.accepts(route.enabled):
                return False
            if isinstance(route, OutgoingRoute):
                return self._outgoing_stays(route, creates, category)
            if creates and not any(
                start.startswith(creates) for start in book.of(route.process_id).starts
            ):
                return False
            if category and not (route.category or "").casefold().startswith(category):
                return False
            return (
                self.attention.accepts(route.for_attention)
                and self.auto.accepts(route.send_automated_emails)
                and self.mode.accepts(route.test_mode)
            )

        return stays

    def _outgoing_stays(self, route: OutgoingRoute, creates: str, category: str) -> bool:
        """An outgoing route has no category, mark or mode: a search for one leaves it out."""
        other = (self.attention, self.auto, self.mode)
        return (
            not category
            and route.description.casefold().startswith(creates)
            and all(choice is not Choice.ON for choice in other)
        )


NO_SEARCH = RouteSearch()
