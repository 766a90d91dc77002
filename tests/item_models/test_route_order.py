"""Sorting as a view, and when and where a route may be moved (G-04, G-05, G-06, G-08, R-06)."""

import pytest
from PySide6.QtCore import QModelIndex, Qt

from enate_desktop.item_models.route_columns import Column, Sorting
from enate_desktop.item_models.route_group import group_key
from enate_desktop.item_models.route_mime import packed
from enate_desktop.item_models.route_refusals import Reason, Refusal
from enate_desktop.item_models.route_search import RouteSearch
from enate_desktop.item_models.route_tree import RouteTreeModel
from tests.item_models import samples
from tests.item_models.drawing import names
from tests.item_models.samples import FINANCE, HR, PAYROLL_DE, hr_group, tree_model

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
MOVE = Qt.DropAction.MoveAction
HR_KEY = group_key(HR, outgoing=False)
OUTGOING_KEY = group_key(HR, outgoing=True)
FINANCE_KEY = group_key(FINANCE, outgoing=False)


@pytest.mark.parametrize(
    ("column", "order", "ids"),
    [
        (Column.PRIORITY, UP, [1, 2, 3, 4, -1]),
        (Column.PRIORITY, DOWN, [4, 3, 2, 1, -1]),
        (Column.ADDRESS, UP, [3, 4, 1, 2, -1]),
        (Column.ADDRESS, DOWN, [1, 2, 3, 4, -1]),
        (Column.NAME, UP, [4, 3, 2, 1, -1]),
        (Column.NAME, DOWN, [1, 2, 3, 4, -1]),
        (Column.CREATES, UP, [4, 3, 2, 1, -1]),
        (Column.CATEGORY, UP, [1, 4, 2, 3, -1]),
        (Column.AUTO, UP, [1, 2, 3, 4, -1]),
        (Column.AUTO, DOWN, [2, 3, 4, 1, -1]),
        (Column.MODE, UP, [3, 1, 2, 4, -1]),
        (Column.ENABLED, DOWN, [4, 1, 2, 3, -1]),
        (Column.ATTENTION, UP, [1, 2, 3, 4, -1]),
    ],
)
def test_the_fallback_is_last_in_every_sort(
    column: Column, order: Qt.SortOrder, ids: list[int]
) -> None:
    """G-08, R-03; equal rows keep their priority order."""
    model = tree_model(hr_group())
    model.sort(column, order)
    assert model.forest.groups[HR_KEY].children == ids


def test_numbers_in_names_sort_as_numbers() -> None:
    """G-08: ``Route 2`` before ``Route 10``."""
    model = tree_model(samples.group(PAYROLL_DE, samples.PAYROLL_ROUTES))
    model.sort(Column.NAME, UP)
    assert names(model) == ["Krankmeldung", "Route 2", "Route 10", "Fallback"]


def test_a_header_click_goes_up_then_down_then_back_to_priority() -> None:
    """UI 3.5."""
    steps = [Sorting()]
    for column in (Column.NAME, Column.NAME, Column.NAME, Column.PRIORITY, Column.PRIORITY):
        steps.append(steps[-1].after_click(column))
    assert steps[1:] == [
        Sorting(Column.NAME),
        Sorting(Column.NAME, descending=True),
        Sorting(),
        Sorting(Column.PRIORITY, descending=True),
        Sorting(),
    ]


def test_the_header_says_what_the_list_is_sorted_by() -> None:
    """UI 3.5: words, because the arrow of the style points the other way."""
    model = tree_model(hr_group())
    horizontal = Qt.Orientation.Horizontal
    assert model.headerData(Column.PRIORITY, horizontal) == "Priority (1 first)"
    model.sort(Column.NAME, DOWN)
    assert model.headerData(Column.NAME, horizontal) == "Route ↓"
    tooltip = model.headerData(Column.NAME, horizontal, Qt.ItemDataRole.ToolTipRole)
    assert tooltip == "Route, sorted descending"


def _company() -> RouteTreeModel:
    return tree_model()


@pytest.mark.parametrize(
    ("situation", "refusal"),
    [
        ("as it is", None),
        (
            "sorted",
            Refusal(
                Reason.SORTED,
                "Sort by Priority, ascending, to change the order.",
                "The list is sorted by Email address, ascending; routes still run by priority.",
                "Sort by priority",
            ),
        ),
        (
            "priority descending",
            Refusal(
                Reason.SORTED,
                "Sort by Priority, ascending, to change the order.",
                "The list is sorted by Priority, descending; routes still run by priority.",
                "Sort by priority",
            ),
        ),
        (
            "searched",
            Refusal(
                Reason.SEARCHED,
                "Clear the search in HR EMEA to change the order.",
                "Hidden routes would make the new position unclear.",
                "Clear search",
                HR_KEY,
            ),
        ),
        (
            "not permitted",
            Refusal(
                Reason.PERMISSION,
                'You need the permission "Reorder routes".',
                "Ask an administrator for it.",
                "Copy request",
            ),
        ),
    ],
)
def test_a_refusal_says_why_and_what_to_do(situation: str, refusal: Refusal | None) -> None:
    """G-04, G-05, P-01: the table of UI 3.5."""
    model = _company()
    if situation == "sorted":
        model.sort(Column.ADDRESS, UP)
    elif situation == "priority descending":
        model.sort(Column.PRIORITY, DOWN)
    elif situation == "searched":
        model.set_search(HR_KEY, RouteSearch(name="f"))
    elif situation == "not permitted":
        model.forest.may_reorder = False
    assert model.forest.order_refusal(HR_KEY) == refusal
    assert model.forest.move_refusal(HR_KEY, (3,)) == refusal


def test_an_open_search_row_without_text_does_not_stand_in_the_way() -> None:
    """G-05 speaks of search text."""
    model = _company()
    model.open_search(HR_KEY)
    assert model.forest.order_refusal(HR_KEY) is None
    assert model.forest.place_of(HR_KEY, (3,), 1) == 0


@pytest.mark.parametrize(
    ("key", "ids", "title"),
    [
        (OUTGOING_KEY, (1,), "Outgoing routes have no order."),
        (HR_KEY, (-1,), "The fallback always runs last."),
        (HR_KEY, (3, -1), "The fallback always runs last."),
        (FINANCE_KEY, (11, 20), "Normal and wildcard routes cannot be moved together."),
    ],
)
def test_what_cannot_be_moved_at_all(key: int, ids: tuple[int, ...], title: str) -> None:
    """G-05, R-03, R-06."""
    refusal = _company().forest.move_refusal(key, ids)
    assert refusal is not None
    assert refusal.title == title


@pytest.mark.parametrize(
    ("ids", "row", "place"),
    [
        ((3,), 0, 0),
        ((3,), -1, 0),
        ((3,), 1, 1),
        ((3,), 4, 3),
        ((3,), 5, 3),  # below the fallback: the last place above it
        ((1,), 2, 1),
        ((1, 3), 4, 2),
        ((1, 3), 2, 1),
        ((4, 1), 5, 2),
    ],
)
def test_a_drop_asks_for_a_place_above_the_fallback(
    ids: tuple[int, ...], row: int, place: int
) -> None:
    """G-04, R-03: the model itself changes nothing."""
    model = _company()
    asked: list[tuple[object, ...]] = []
    model.move_requested.connect(lambda *what: asked.append(what))
    parent = model.group_index(HR_KEY)
    assert model.canDropMimeData(packed(HR_KEY, ids), MOVE, row, 0, parent)
    assert model.dropMimeData(packed(HR_KEY, ids), MOVE, row, 0, parent)
    assert asked == [(HR_KEY, ids, place)]
    assert model.forest.groups[HR_KEY].children == [1, 2, 3, 4, -1]


@pytest.mark.parametrize(
    ("key", "ids", "target", "row", "reason"),
    [
        (HR_KEY, (3,), FINANCE_KEY, 1, Reason.OTHER_GROUP),
        (HR_KEY, (3,), OUTGOING_KEY, 0, Reason.OTHER_GROUP),
        (HR_KEY, (3,), 0, 1, Reason.OTHER_GROUP),
        (HR_KEY, (-1,), HR_KEY, 0, Reason.FALLBACK),
        (FINANCE_KEY, (11,), FINANCE_KEY, 10, Reason.OTHER_BLOCK),
        (FINANCE_KEY, (20,), FINANCE_KEY, 3, Reason.OTHER_BLOCK),
        (99, (1,), HR_KEY, 0, Reason.OTHER_GROUP),
    ],
)
def test_a_drop_is_refused_with_its_reason(
    key: int, ids: tuple[int, ...], target: int, row: int, reason: Reason
) -> None:
    """G-04, R-06."""
    model = _company()
    asked: list[tuple[object, ...]] = []
    model.move_requested.connect(lambda *what: asked.append(what))
    parent = model.group_index(target) if target else QModelIndex()
    refusal = model.drop_refusal(packed(key, ids), row, parent)
    assert refusal is not None
    assert refusal.reason is reason
    assert not model.canDropMimeData(packed(key, ids), MOVE, row, 0, parent)
    assert not model.dropMimeData(packed(key, ids), MOVE, row, 0, parent)
    assert asked == []


def test_a_drag_carries_ids_in_the_order_shown() -> None:
    """G-06: several rows keep their relative order, however they were selected."""
    model = _company()
    indexes = [model.child_index(HR_KEY, key, column) for key in (3, 1) for column in (0, 1)]
    assert model.route_ids(HR_KEY, indexes) == (1, 3)
    data = model.mimeData(indexes)
    parent = model.group_index(HR_KEY)
    asked: list[tuple[object, ...]] = []
    model.move_requested.connect(lambda *what: asked.append(what))
    model.dropMimeData(data, MOVE, 4, 0, parent)
    assert asked == [(HR_KEY, (1, 3), 2)]
