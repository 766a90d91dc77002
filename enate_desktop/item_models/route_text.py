"""What the rows of the Email Routes tree say, on screen and to a screen reader."""

from datetime import UTC, datetime, timedelta

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.directory import SEPARATOR
from enate_desktop.domain.routes import WILDCARD, Covers, OutgoingRoute, Route
from enate_desktop.domain.services_catalogue import SERVICES
from enate_desktop.item_models import route_warnings
from enate_desktop.item_models.connector_state import connector_state
from enate_desktop.item_models.route_columns import AnyRoute, Column
from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.item_models.route_group import (
    EMPTY_ROW,
    NO_FALLBACK_ROW,
    NO_HIT_ROW,
    RouteGroupRows,
)
from enate_desktop.item_models.route_processes import SHOWN_SEPARATOR, ProcessBook
from enate_desktop.item_models.time_text import day_text, relative_text, short_text
from enate_desktop.routing.analysis.warning_kinds import WarningKind
from enate_desktop.services.route_hits import RouteHits


def cell_text(group: RouteGroupRows, route: AnyRoute, column: Column, book: ProcessBook) -> str:
    """One cell of a route's row."""
    match column:
        case Column.PRIORITY:
            number = group.number(route.id)
            return str(number) if number else ("" if group.outgoing else "last")
        case Column.ADDRESS:
            return address_text(route.address)
        case Column.NAME:
            return route.name
        case Column.ENABLED:
            return "On" if route.enabled else "Off"
    if isinstance(route, OutgoingRoute):
        return route.description if column is Column.CREATES else ""
    match column:
        case Column.CREATES:
            return book.of(route.process_id).shown
        case Column.CATEGORY:
            return shown_category(route.category or "")
        case Column.ATTENTION:
            return "Yes" if route.for_attention else ""
        case Column.AUTO:
            return "On" if route.send_automated_emails else "Off"
        case _:
            return "Test" if route.test_mode else "Live"


def hits_words(route: AnyRoute, forest: RouteForest, now: datetime) -> tuple[str, str]:
    """Hits of the last seven days, and a word where there is none: off, never or unused."""
    hits = forest.hits_of(route)
    if hits is None:
        return "", ""
    if hits.week:
        return str(hits.week), ""
    if not route.enabled:
        return "–", "off"
    if hits.unused(now):
        return "0", "unused"
    never = hits.count is not None and hits.count.last_hit is None
    return "0", "never" if never else ""


def hits_text(route: AnyRoute, forest: RouteForest) -> str:
    """The same in one text."""
    return " ".join(filter(None, hits_words(route, forest, datetime.now(UTC))))


def hits_tooltip(hits: RouteHits, now: datetime) -> str:
    """Day by day, first and last hit, and since when they are counted."""
    days = [now - timedelta(days=back) for back in reversed(range(len(hits.days)))]
    lines = [f"{day_text(day, now)}: {count}" for day, count in zip(days, hits.days, strict=True)]
    count = hits.count
    if count is not None:
        if count.first_hit is not None and count.last_hit is not None:
            lines.append(
                f"First {short_text(count.first_hit, now)}, last {short_text(count.last_hit, now)}"
            )
        lines.append(f"{count.hits} altogether, counted since {day_text(count.since, now)}")
        if hits.unused(now):
            lines.append("Unused: it took nothing for 30 days.")
    return "\n".join(lines)


def shown_category(category: str) -> str:
    """A category path with the separator of the window."""
    return category.replace(SEPARATOR, SHOWN_SEPARATOR)


def address_text(address: str) -> str:
    """``* (any address)`` for a wildcard route, else the address."""
    return "* (any address)" if address == WILDCARD else address


def tooltip(group: RouteGroupRows, route: AnyRoute, column: Column, forest: RouteForest) -> str:
    """A cell's whole text, and what its marks mean."""
    if column is Column.PRIORITY:
        warnings = forest.warnings_of(route)
        if warnings:
            return route_warnings.tooltip(warnings)
        if isinstance(route, Route) and route.fallback:
            return "The fallback always runs last. It is edited in its connector."
        return ""
    hits = forest.hits_of(route)
    if column is Column.HITS:
        return hits_tooltip(hits, datetime.now(UTC)) if hits is not None else ""
    text = cell_text(group, route, column, forest.book)
    if isinstance(route, OutgoingRoute):
        return text
    if column is Column.CREATES and forest.book.of(route.process_id).retired:
        return f"{text}\nThis process is retired. The route goes on creating work for it."
    if column is Column.ATTENTION and text:
        return "Made from an unhandled mail and not looked through yet."
    return text


def spoken_row(group: RouteGroupRows, route: AnyRoute, forest: RouteForest) -> str:
    """A whole route row for a screen reader (UI 3.5)."""
    book = forest.book
    sentences = [route.name, route.address]
    if isinstance(route, Route):
        number = group.number(route.id)
        place = f"Priority {number} of {group.movable}" if number else "Last"
        sentences = [place, *sentences, f"Creates {book.of(route.process_id).spoken}"]
        if route.category:
            sentences.append(f"Category {route.category}")
        if route.for_attention:
            sentences.append("For attention")
        if route.test_mode:
            sentences.append("Test mode")
        hits = forest.hits_of(route)
        if hits is not None and hits.week:
            sentences.append(f"Took {hits.week} mails in 7 days")
        kinds = {warning.kind for warning in forest.warnings_of(route)}
        if book.of(route.process_id).retired and WarningKind.TARGET_RETIRED not in kinds:
            sentences.append("The process is retired")
    elif route.description:
        sentences.append(route.description)
    sentences.append("Enabled" if route.enabled else "Disabled")
    sentences += [route_warnings.spoken(each, group) for each in forest.warnings_of(route)]
    return ". ".join(sentences) + "."


def service_label(group: RouteGroupRows) -> str:
    """``Office 365 (IMAP)``."""
    connector = group.connector
    side = connector.outgoing if group.outgoing else connector.incoming
    service = SERVICES.get(side.service) if side else None
    return service.label if service else ""


def count_text(group: RouteGroupRows) -> str:
    """``5 routes``, or ``2 of 5 routes`` while a search narrows the group."""
    total = group.movable
    noun = "route" if total == 1 else "routes"
    if group.narrowed:
        return f"{group.shown} of {total} {noun}"
    return f"{total} {noun}" if total else "no routes yet"


def direction_text(group: RouteGroupRows) -> str:
    """``incoming`` or ``outgoing``."""
    return "outgoing" if group.outgoing else "incoming"


def last_check_text(connector: Connector, now: datetime) -> str:
    """``last check 12 s ago``, or nothing before the first."""
    checked = connector.condition.last_check
    if checked is None or not connector.enabled:
        return ""
    return f"last check {relative_text(checked, now)}"


def spoken_group(group: RouteGroupRows, forest: RouteForest) -> str:
    """A connector row for a screen reader."""
    state = connector_state(group.connector, datetime.now(UTC)).words
    parts = (service_label(group), count_text(group), direction_text(group), state)
    held = "Order not saved" if is_held(group, forest) else ""
    words = (group.connector.name, *parts, held, warned_text(group))
    return ". ".join(word for word in words if word) + "."


def group_tooltip(group: RouteGroupRows) -> str:
    """How the connector fares, with the whole reason."""
    now = datetime.now(UTC)
    checked = "" if group.outgoing else last_check_text(group.connector, now).capitalize()
    return "\n".join(filter(None, (connector_state(group.connector, now).whole(now), checked)))


def is_held(group: RouteGroupRows, forest: RouteForest) -> bool:
    """Whether the order on screen is another than the saved one."""
    return not group.outgoing and group.connector.id in forest.held


def warned_text(group: RouteGroupRows) -> str:
    """``2 warnings``: how many routes of the group have one; nothing when none has."""
    if not group.warned:
        return ""
    return "1 warning" if group.warned == 1 else f"{group.warned} warnings"


def sentence_row(group: RouteGroupRows, key: int) -> tuple[str, str]:
    """The sentence and the button text of a row that is no route."""
    if key == NO_HIT_ROW:
        typed = group.search.texts()
        what = f'No route starts with "{typed[0]}".' if len(typed) == 1 else "No route fits."
        return f"{what} The search looks at the start of the text only.", "Clear search"
    if key == NO_FALLBACK_ROW:
        return "No fallback: unmatched mail is left unhandled.", "Set fallback"
    if key == EMPTY_ROW and group.outgoing:
        return "No other address to send from yet.", "New route"
    if key == EMPTY_ROW:
        fallback = group.connector.fallback
        if fallback is not None and fallback.covers is Covers.PRIMARY:
            address = group.connector.primary_address
            return f"Mail to {address} goes to the fallback; the rest is unhandled.", "New route"
        return "Every mail goes to the fallback.", "New route"
    return "Search in this group", ""
