"""The search inside a group: starts with, per column, AND (G-03)."""

from dataclasses import replace

import pytest

from enate_desktop.item_models.route_columns import Column
from enate_desktop.item_models.route_group import NO_HIT_ROW, group_key
from enate_desktop.item_models.route_search import Choice, RouteSearch
from tests.item_models import samples
from tests.item_models.drawing import drawn, names
from tests.item_models.samples import FINANCE, HR, hr_group, tree_model

HR_KEY = group_key(HR, outgoing=False)
OUTGOING_KEY = group_key(HR, outgoing=True)
EVERYTHING = ["Urgent payroll", "Payslip attachments", "France", "Everything else HR", "Fallback"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (RouteSearch(), EVERYTHING),
        (RouteSearch(name="France"), ["France"]),
        (RouteSearch(name="  fRA "), ["France"]),
        (RouteSearch(name="rance"), []),
        (RouteSearch(name="france payroll"), []),
        (RouteSearch(address="hr@"), ["France", "Everything else HR", "Fallback"]),
        (RouteSearch(address="acme"), []),
        (RouteSearch(creates="New starter (C"), ["France"]),
        (RouteSearch(creates="onboarding"), ["France"]),
        (RouteSearch(creates="hr serv"), ["France", "Everything else HR", "Fallback"]),
        (RouteSearch(creates="acme > payroll"), ["Urgent payroll", "Payslip attachments"]),
        (RouteSearch(creates="acme \u203a payroll"), ["Urgent payroll", "Payslip attachments"]),
        (RouteSearch(creates="starter"), []),
        (RouteSearch(category="gen"), ["Everything else HR"]),
        (RouteSearch(category="neral"), []),
        (RouteSearch(enabled=Choice.OFF), ["Everything else HR"]),
        (RouteSearch(auto=Choice.ON), ["Urgent payroll"]),
        (RouteSearch(mode=Choice.ON), ["France"]),
        (RouteSearch(attention=Choice.ON), []),
        (RouteSearch(address="payroll", auto=Choice.OFF), ["Payslip attachments"]),
        (RouteSearch(address="payroll", name="France"), []),
    ],
)
def test_a_field_finds_only_what_starts_with_it(search: RouteSearch, found: list[str]) -> None:
    """G-03: ``France`` finds ``France``, never ``…France``; several fields narrow together."""
    model = tree_model(hr_group())
    model.set_search(HR_KEY, search)
    assert names(model) == (found or ["[no hit]"])


def test_case_folding_is_more_than_lower_case() -> None:
    """G-03: ``STRASSE`` finds ``Straße``."""
    routes = (samples.route(1, HR, "Straße 7", "hr@acme.example", 3),)
    model = tree_model(hr_group(routes))
    model.set_search(HR_KEY, RouteSearch(name="STRASSE"))
    assert names(model) == ["Straße 7"]


def test_the_search_of_one_group_leaves_the_others_alone() -> None:
    """G-03: inside each group."""
    model = tree_model(hr_group(), samples.group(FINANCE, samples.FINANCE_ROUTES))
    model.set_search(HR_KEY, RouteSearch(name="fra"))
    assert drawn(model).split("\n")[:3] == [
        "HR EMEA, 1 of 4 routes, incoming",
        "  3 France",
        "Finance UK, 10 routes, incoming",
    ]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (RouteSearch(creates="answers"), ["Payroll replies"]),
        (RouteSearch(creates="payslips"), ["[no hit]"]),
        (RouteSearch(enabled=Choice.OFF), ["Payroll replies"]),
        (RouteSearch(category="x"), ["[no hit]"]),
        (RouteSearch(mode=Choice.ON), ["[no hit]"]),
        (RouteSearch(mode=Choice.OFF), ["Payroll replies"]),
    ],
)
def test_outgoing_routes_are_searched_by_what_they_have(
    search: RouteSearch, found: list[str]
) -> None:
    """R-02: name, description and address."""
    model = tree_model(samples.group(HR, samples.HR_ROUTES, samples.OUTGOING[HR]))
    model.set_search(OUTGOING_KEY, search)
    assert names(model, 1) == found


def test_a_route_that_begins_to_fit_appears_at_its_place() -> None:
    """A search is a view: what is saved meanwhile is judged by it."""
    model = tree_model(hr_group())
    model.set_search(HR_KEY, RouteSearch(name="fra"))
    routes = list(samples.HR_ROUTES)
    routes[0] = replace(routes[0], name="Frankfurt")
    model.set_group(hr_group(routes))
    assert names(model) == ["Frankfurt", "France"]


def test_a_filled_field_can_be_named_in_words() -> None:
    """UI 3.5: no search is invisible, not even one whose column is hidden."""
    search = RouteSearch(name=" fra ", attention=Choice.ON, mode=Choice.OFF)
    assert [search.words(column) for column in search.filled()] == [
        "Route: fra",
        "For attention: Yes",
        "Mode: Live",
    ]
    assert search.filled() == (Column.NAME, Column.ATTENTION, Column.MODE)


def test_the_sentence_of_an_empty_search_follows_the_typing() -> None:
    """G-03: the row is told to be painted anew, though it stays the same row."""
    model = tree_model(hr_group())
    model.set_search(HR_KEY, RouteSearch(name="z"))
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.set_search(HR_KEY, RouteSearch(name="zz"))
    group = model.forest.groups[HR_KEY]
    row = list(group.children).index(NO_HIT_ROW)
    assert any(first <= row <= last for first, last in told[1:])
