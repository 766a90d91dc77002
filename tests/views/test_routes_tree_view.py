"""What the routes tree paints, and what a click on each part of it asks for."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from enate_desktop.item_models.route_columns import Column
from enate_desktop.item_models.route_group import EMPTY_ROW, NO_FALLBACK_ROW, group_key
from enate_desktop.item_models.route_search import RouteSearch
from enate_desktop.routing.analysis.warning_kinds import RouteWarning, WarningKind
from enate_desktop.views.appearance import Appearance, Scheme
from enate_desktop.views.route_group_painting import TOOL, Hit, tool_boxes
from enate_desktop.views.route_header import RouteHeader
from enate_desktop.views.route_tree_view import RouteTreeView
from enate_desktop.views.tokens import tokens
from tests.item_models import samples
from tests.item_models.samples import FINANCE, HR, hr_group, tree_model

HR_KEY = group_key(HR, outgoing=False)
OUTGOING_KEY = group_key(HR, outgoing=True)
FINANCE_KEY = group_key(FINANCE, outgoing=False)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot, appearance: Appearance) -> RouteTreeView:
    made = RouteTreeView(tree_model(), lambda: samples.NOW)
    qtbot.addWidget(made)
    RouteHeader(made).fit(1400)
    made.resize(1400, 1200)
    with qtbot.waitExposed(made):
        made.show()
    made.expandAll()
    return made


def cell(view: RouteTreeView, key: int, child: int, column: Column) -> QRect:
    return view.visualRect(view.routes.child_index(key, child, column))


def row(view: RouteTreeView, key: int) -> QRect:
    rect = view.visualRect(view.routes.group_index(key))
    return QRect(0, rect.top(), view.viewport().width(), rect.height())


def picture(view: RouteTreeView, rect: QRect) -> QImage:
    return view.viewport().grab(rect).toImage()


def has_colour(image: QImage, colour: QColor) -> bool:
    wanted = colour.rgb()
    return any(
        image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height())
    )


def _warn(view: RouteTreeView) -> None:
    view.routes.set_warnings({2: (RouteWarning(WarningKind.NEVER_REACHED, 2, "x"),)})


def _draft(view: RouteTreeView) -> None:
    view.routes.forest.drafts = frozenset(((False, 2),))
    view.viewport().update()


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
@pytest.mark.parametrize(
    ("key", "child", "column", "token", "change"),
    [
        (HR_KEY, 3, Column.MODE, "test_mode", None),
        (HR_KEY, 2, Column.PRIORITY, "warning", _warn),
        (HR_KEY, 2, Column.NAME, "accent", _draft),
        (HR_KEY, 1, Column.ENABLED, "accent", None),
        (FINANCE_KEY, 14, Column.CREATES, "warning_tint", None),
        (FINANCE_KEY, 14, Column.ATTENTION, "warning", None),
    ],
)
def test_each_mark_is_painted_where_it_means_something(
    view: RouteTreeView,
    appearance: Appearance,
    scheme: Scheme,
    key: int,
    child: int,
    column: Column,
    token: str,
    change: Callable[[RouteTreeView], None] | None,
) -> None:
    """UI 3.5, R-09, R-10, R-12, W-04: and not on the row above or below."""
    appearance.set_scheme(scheme)
    if change is not None:
        change(view)
    colour = tokens().named(token)
    assert has_colour(picture(view, cell(view, key, child, column)), colour)
    if column is not Column.ENABLED:
        assert not has_colour(picture(view, cell(view, key, child + 1, column)), colour)


def test_a_row_says_nothing_by_colour_alone(view: RouteTreeView) -> None:
    """UI 3.18: a route that is off differs in the shape of its switch, not only in its grey."""
    on = picture(view, cell(view, HR_KEY, 3, Column.ENABLED)).convertToFormat(
        QImage.Format.Format_Mono
    )
    off = picture(view, cell(view, HR_KEY, 4, Column.ENABLED)).convertToFormat(
        QImage.Format.Format_Mono
    )
    assert on != off


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
def test_the_tree_can_be_read_from_either_side(
    qtbot: QtBot, view: RouteTreeView, direction: Qt.LayoutDirection
) -> None:
    """UI 2: the switch of a row is found where it is painted."""
    view.setLayoutDirection(direction)
    qtbot.waitUntil(lambda: view.layoutDirection() == direction)
    rect = cell(view, HR_KEY, 1, Column.ENABLED)
    assert has_colour(picture(view, rect), tokens().accent)
    asked: list[tuple[object, ...]] = []
    view.toggle_requested.connect(lambda *what: asked.append(what))
    QTest.mouseClick(view.viewport(), LEFT, pos=rect.center())
    assert asked == [(HR_KEY, (1,))]


def test_a_click_on_the_switch_selects_nothing(view: RouteTreeView) -> None:
    asked: list[tuple[object, ...]] = []
    view.toggle_requested.connect(lambda *what: asked.append(what))
    view.select_routes(HR_KEY, (1,))
    at = cell(view, HR_KEY, 3, Column.ENABLED).center()
    QTest.mouseClick(view.viewport(), LEFT, pos=at)
    assert asked == [(HR_KEY, (3,))]
    assert view.selection() == (HR_KEY, (1,))
    QTest.mousePress(view.viewport(), LEFT, pos=at)
    QTest.mouseRelease(view.viewport(), LEFT, pos=at + QPoint(0, 64))
    assert len(asked) == 1


def test_a_click_on_a_connector_folds_and_unfolds(view: RouteTreeView) -> None:
    """G-01."""
    at = row(view, HR_KEY).center()
    QTest.mouseClick(view.viewport(), LEFT, pos=at)
    assert not view.isExpanded(view.routes.group_index(HR_KEY))
    QTest.mouseClick(view.viewport(), LEFT, pos=at)
    assert view.isExpanded(view.routes.group_index(HR_KEY))


@pytest.mark.parametrize(
    ("key", "tools"),
    [
        (HR_KEY, [Hit.SEARCH, Hit.UP, Hit.DOWN, Hit.ADD]),
        (OUTGOING_KEY, [Hit.SEARCH, Hit.ADD]),
    ],
)
def test_the_tools_of_a_connector_are_large_enough_and_answer(
    view: RouteTreeView, key: int, tools: list[Hit]
) -> None:
    """WCAG 2.5.8: at least 24 pixels each way."""
    asked: list[tuple[object, ...]] = []
    view.tool_requested.connect(lambda *what: asked.append(what))
    boxes = tool_boxes(view.routes.forest.groups[key], row(view, key))
    assert [hit for hit, _ in boxes] == tools
    for _, box in boxes:
        assert min(box.width(), box.height(), TOOL) >= 24
        QTest.mouseClick(view.viewport(), LEFT, pos=box.center())
    assert asked == [(key, hit) for hit in tools]
    assert view.isExpanded(view.routes.group_index(key))


def test_a_double_click_opens_a_route(view: RouteTreeView) -> None:
    asked: list[tuple[object, ...]] = []
    view.edit_requested.connect(lambda *what: asked.append(what))
    QTest.mouseDClick(view.viewport(), LEFT, pos=cell(view, HR_KEY, 3, Column.NAME).center())
    assert asked == [(HR_KEY, 3)]


@pytest.mark.parametrize("row_key", [EMPTY_ROW, NO_FALLBACK_ROW])
def test_a_sentence_offers_its_remedy(view: RouteTreeView, row_key: int) -> None:
    """UI 3.16."""
    bare = samples.group(HR, ())
    lost = replace(bare, connector=replace(bare.connector, fallback=None), routes=())
    view.routes.set_groups((lost,))
    asked: list[tuple[object, ...]] = []
    view.remedy_requested.connect(lambda *what: asked.append(what))
    rect = cell(view, HR_KEY, row_key, Column.PRIORITY)
    for x in range(0, view.viewport().width(), 8):
        QTest.mouseClick(view.viewport(), LEFT, pos=QPoint(x, rect.center().y()))
    assert set(asked) == {(HR_KEY, row_key)}


def test_a_hundred_thousand_routes_can_be_shown_moved_and_searched(
    qtbot: QtBot, appearance: Appearance
) -> None:
    """QUALITY: structure only; times are the benchmark's."""
    many = [samples.route(n, HR, f"Route {n}", "hr@acme.example", 3) for n in range(1, 100_001)]
    view = RouteTreeView(tree_model(hr_group(many)), lambda: samples.NOW)
    qtbot.addWidget(view)
    view.resize(1200, 800)
    with qtbot.waitExposed(view):
        view.show()
    view.expandAll()
    view.select_routes(HR_KEY, (100_000,))
    view.routes.set_group(hr_group([many[-1], *many[:-1]]))
    assert view.currentIndex().row() == 0
    assert view.selection() == (HR_KEY, (100_000,))
    view.routes.set_search(HR_KEY, RouteSearch(name="route 77"))
    view.grab()
    assert view.routes.rowCount(view.routes.group_index(HR_KEY)) == 1111
    view.routes.set_search(HR_KEY, RouteSearch())
    assert view.isExpanded(view.routes.group_index(HR_KEY))
    assert view.routes.rowCount(view.routes.group_index(HR_KEY)) == 100_001
