"""Warnings in the routes tree: how serious, in which words, with which remedies (R-12, UI 3.5)."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from enate_desktop.domain.routes import Route
from enate_desktop.item_models import route_warnings
from enate_desktop.item_models.route_comparison import NOT_ASKED, compared
from enate_desktop.item_models.route_group import group_key
from enate_desktop.item_models.route_refusals import Reason, Refusal
from enate_desktop.item_models.route_remedies import Remedy, RemedyKind, remedies
from enate_desktop.item_models.route_search import RouteSearch, ShowOnly
from enate_desktop.item_models.route_tree import RouteTreeModel
from enate_desktop.item_models.route_warnings import Seriousness
from enate_desktop.routing.analysis.warning_kinds import RouteWarning, WarningKind
from enate_desktop.routing.explanation import RuleName
from tests.item_models import samples
from tests.item_models.drawing import drawn, names
from tests.item_models.samples import FINANCE, HR, hr_group, tree_model

HR_KEY = group_key(HR, outgoing=False)
FINANCE_KEY = group_key(FINANCE, outgoing=False)
NO_EDIT = "You need a permission."


def warning(
    kind: WarningKind, covering: tuple[int, ...] = (), place: int | None = None, proved: bool = True
) -> RouteWarning:
    return RouteWarning(kind, 3, "It is odd.", covering, proved=proved, safe_place=place)


NEVER = warning(WarningKind.NEVER_REACHED, (2,), 1)
RETIRED = warning(WarningKind.TARGET_RETIRED)


@pytest.fixture
def model() -> RouteTreeModel:
    return tree_model(hr_group(), samples.group(FINANCE, samples.FINANCE_ROUTES))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (RETIRED, Seriousness.ERROR),
        (NEVER, Seriousness.WARNING),
        (warning(WarningKind.DUPLICATE, (2,)), Seriousness.WARNING),
        (warning(WarningKind.FOREIGN_ADDRESS, proved=False), Seriousness.SUSPICION),
    ],
)
def test_a_warning_is_marked_by_how_serious_it_is(
    given: RouteWarning, expected: Seriousness
) -> None:
    """UI 3.5: a retired target is red, what is not proved is only a suspicion."""
    assert route_warnings.seriousness(given) is expected


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (NEVER, "Warning: never reached, route 2 takes its mail"),
        (
            warning(WarningKind.NEVER_REACHED, (1, 2)),
            "Warning: never reached, routes 1 and 2 take its mail",
        ),
        (
            warning(WarningKind.NEVER_REACHED, (2,), proved=False),
            "Warning: probably never reached, route 2 takes its mail",
        ),
        (
            warning(WarningKind.PARTLY_SHADOWED, (1,)),
            "Warning: partly shadowed, route 1 takes some of its mail",
        ),
        (RETIRED, "Warning: target retired, It is odd"),
    ],
)
def test_a_screen_reader_hears_who_takes_the_mail(
    model: RouteTreeModel, given: RouteWarning, words: str
) -> None:
    """UI 3.5."""
    assert route_warnings.spoken(given, model.forest.groups[HR_KEY]) == words


def test_the_tooltip_of_the_number_has_every_sentence_the_worst_first(
    model: RouteTreeModel,
) -> None:
    model.set_warnings({3: (NEVER, RETIRED)})
    index = model.child_index(HR_KEY, 3)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == (
        "Target retired: It is odd.\nNever reached: It is odd."
    )


def test_a_group_counts_its_routes_with_warnings(model: RouteTreeModel) -> None:
    """UI 3.5: routes, not warnings; a changed order does not lose the count."""
    model.set_warnings({3: (NEVER, RETIRED), -HR: (RETIRED,), 12: (NEVER,)})
    groups = model.forest.groups
    assert (groups[HR_KEY].warned, groups[FINANCE_KEY].warned) == (2, 1)
    model.set_group(hr_group(samples.HR_ROUTES[:2]))
    assert groups[HR_KEY].warned == 1
    model.set_warnings({})
    assert (groups[HR_KEY].warned, groups[FINANCE_KEY].warned) == (0, 0)


def test_an_outgoing_route_has_no_warning_of_an_incoming_one() -> None:
    """Their ids are counted separately."""
    model = tree_model()
    model.set_warnings({1: (NEVER,)})
    assert model.forest.groups[HR_KEY].warned == 1
    assert model.forest.groups[group_key(HR, outgoing=True)].warned == 0


def test_only_groups_whose_warnings_changed_are_told(model: RouteTreeModel) -> None:
    """QUALITY: 100,000 routes are judged again after every change."""
    model.set_warnings({3: (NEVER,), 12: (NEVER,)})
    told: list[int] = []
    model.dataChanged.connect(lambda first, _last: told.append(first.internalId()))
    model.set_warnings({3: (NEVER,), 12: (RETIRED,)})
    assert {key for key in told if key} == {FINANCE_KEY}


def test_only_routes_with_warnings_are_left(model: RouteTreeModel) -> None:
    """R-12: routes without one vanish, and the list follows the warnings."""
    model.set_warnings({3: (NEVER,)})
    model.show_only(ShowOnly.WARNINGS)
    assert drawn(model) == (
        "HR EMEA, 1 of 4 routes, incoming\n  3 France\nFinance UK, 0 of 10 routes, incoming"
    )
    model.set_warnings({12: (NEVER,), -FINANCE: (RETIRED,)})
    assert drawn(model) == (
        "HR EMEA, 0 of 4 routes, incoming\n"
        "Finance UK, 1 of 10 routes, incoming\n"
        "  2 Invoices as PDF\n"
        "  last Fallback"
    )
    model.show_only(ShowOnly.ALL)
    assert len(names(model)) == 5


def test_only_marked_routes_are_left(model: RouteTreeModel) -> None:
    """R-10: filter; and a search narrows it further."""
    model.show_only(ShowOnly.ATTENTION)
    assert drawn(model).endswith("Finance UK, 1 of 10 routes, incoming\n  4 Expenses")
    model.set_search(FINANCE_KEY, RouteSearch(name="x"))
    assert drawn(model).endswith("0 of 10 routes, incoming\n  [no hit]")


def test_nothing_moves_while_routes_are_left_out(model: RouteTreeModel) -> None:
    """G-05: hidden routes make a position unclear, as for a search."""
    model.set_warnings({3: (NEVER,)})
    model.show_only(ShowOnly.WARNINGS)
    refusal = model.forest.places(HR_KEY, (3,))
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.remedy) == (Reason.FILTERED, "Show all routes")


def offered(model: RouteTreeModel, route: Route, may_edit: bool = True) -> tuple[Remedy, ...]:
    group = model.forest.groups[HR_KEY]
    return remedies(model.forest, group, route, may_edit=may_edit, no_edit=NO_EDIT)


@pytest.mark.parametrize(
    ("given", "texts"),
    [
        ((NEVER,), ["Compare", 'Move above "Payslip attachments"', "Disable"]),
        ((warning(WarningKind.DUPLICATE, (2,)),), ["Compare", "Disable"]),
        ((RETIRED,), ["Choose another process"]),
        ((warning(WarningKind.PARTLY_SHADOWED, (2,)),), ["Compare", "Edit the rules"]),
        ((warning(WarningKind.FOREIGN_ADDRESS),), ["Edit the address"]),
        ((RETIRED, NEVER), ["Compare", 'Move above "Payslip attachments"', "Disable"]),
        ((), []),
    ],
)
def test_each_warning_offers_what_mends_it(
    model: RouteTreeModel, given: tuple[RouteWarning, ...], texts: list[str]
) -> None:
    """X-02: Compare, the safe move, Disable."""
    model.set_warnings({3: given})
    found = [remedy.text for remedy in offered(model, samples.HR_ROUTES[2])]
    assert found[: len(texts)] == texts


def test_the_fallback_is_mended_at_its_connector(model: RouteTreeModel) -> None:
    """R-03."""
    fallback = hr_group().routes[-1]
    for kind in (WarningKind.TARGET_RETIRED, WarningKind.CONNECTOR_OFF):
        model.set_warnings({fallback.id: (warning(kind),)})
        assert [remedy.kind for remedy in offered(model, fallback)] == [RemedyKind.CONNECTOR]


def test_a_route_that_is_off_is_not_disabled_again(model: RouteTreeModel) -> None:
    model.set_warnings({3: (NEVER,)})
    off = replace(samples.HR_ROUTES[2], enabled=False)
    assert RemedyKind.DISABLE not in [remedy.kind for remedy in offered(model, off)]


def test_a_held_order_has_to_be_saved_before_the_safe_move(model: RouteTreeModel) -> None:
    """X-02: the safe place counts in the saved order."""
    model.set_warnings({3: (NEVER,)})
    model.forest.held = frozenset((HR,))
    move = next(r for r in offered(model, samples.HR_ROUTES[2]) if r.kind is RemedyKind.MOVE)
    assert move.reason == "Save or discard the changed order first."
    assert "Order not saved" in str(
        model.group_index(HR_KEY).data(Qt.ItemDataRole.AccessibleTextRole)
    )


def test_without_the_permission_the_remedies_say_so(model: RouteTreeModel) -> None:
    """P-01: comparing is looking; it stays."""
    model.set_warnings({3: (NEVER, RETIRED)})
    reasons = {r.kind: r.reason for r in offered(model, samples.HR_ROUTES[2], may_edit=False)}
    assert reasons[RemedyKind.COMPARE] == ""
    assert reasons[RemedyKind.DISABLE] == reasons[RemedyKind.EDIT] == NO_EDIT


def test_two_routes_stand_side_by_side(model: RouteTreeModel) -> None:
    """X-02: what each asks, rule by rule, and where they differ."""
    routes = (samples.HR_ROUTES[2], samples.HR_ROUTES[1])
    group = model.forest.groups[HR_KEY]
    lines = {line.name: line for line in compared(group, routes, model.forest.book, {})}
    assert lines["Priority"].values == ("3", "2")
    assert lines[RuleName.SENDERS].values == ("*@acme.fr; marie@acme.com", NOT_ASKED)
    assert lines[RuleName.ATTACHMENTS].values == (NOT_ASKED, ".pdf")
    assert lines[RuleName.SUBJECT].differs
    assert not lines[RuleName.COMPANIES].differs
