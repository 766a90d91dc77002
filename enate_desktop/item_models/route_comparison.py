"""Two or three routes side by side, field by field: what each asks of a mail (X-02)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from enate_desktop.domain.addresses import AddressPattern
from enate_desktop.domain.routes import Route
from enate_desktop.domain.rules import Rules
from enate_desktop.item_models.route_group import RouteGroupRows
from enate_desktop.item_models.route_processes import ProcessBook
from enate_desktop.item_models.route_text import address_text
from enate_desktop.routing.explanation import RuleName

NOT_ASKED = "any"


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One field of every compared route; ``differs`` when they do not all say the same."""

    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the routes do not all say the same."""
        return len(set(self.values)) > 1


def compared(
    group: RouteGroupRows,
    routes: Sequence[Route],
    book: ProcessBook,
    companies: Mapping[int, str],
) -> tuple[ComparedLine, ...]:
    """Priority, address and the six rules of each route, then what it creates."""
    rules = [rule_texts(route.rules, companies) for route in routes]
    lines = [
        ComparedLine("Priority", tuple(_place(group, route) for route in routes)),
        ComparedLine("Email address", tuple(address_text(route.address) for route in routes)),
    ]
    lines += (ComparedLine(rule.value, tuple(texts[rule] for texts in rules)) for rule in RuleName)
    lines.append(ComparedLine("Creates", tuple(book.of(r.process_id).shown for r in routes)))
    return tuple(lines)


def rule_texts(rules: Rules, companies: Mapping[int, str]) -> Mapping[RuleName, str]:
    """What each rule asks for, ``any`` where it asks nothing; ``companies`` are names by id."""
    names = [companies.get(key, "a company that is gone") for key in rules.companies]
    return {
        RuleName.IMPORTANT: "yes" if rules.important else NOT_ASKED,
        RuleName.ATTACHMENTS: _listed(rules.attachment_types),
        RuleName.SUBJECT: _listed(rules.subject_keywords),
        RuleName.RECIPIENTS: _patterns(rules.recipients),
        RuleName.SENDERS: _patterns(rules.senders),
        RuleName.COMPANIES: _listed(names),
    }


def _place(group: RouteGroupRows, route: Route) -> str:
    number = group.number(route.id)
    return str(number) if number else "last"


def _patterns(patterns: Sequence[AddressPattern]) -> str:
    return _listed([str(pattern) for pattern in patterns])


def _listed(values: Sequence[str]) -> str:
    return "; ".join(values) or NOT_ASKED
