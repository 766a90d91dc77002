"""The routes tree drawn as text, so that a test compares what one would see."""

from enate_desktop.item_models.route_columns import Column
from enate_desktop.item_models.route_group import (
    EMPTY_ROW,
    NO_FALLBACK_ROW,
    NO_HIT_ROW,
    SEARCH_ROW,
)
from enate_desktop.item_models.route_text import count_text, direction_text
from enate_desktop.item_models.route_tree import RouteTreeModel

MARKS = {
    SEARCH_ROW: "[search]",
    NO_HIT_ROW: "[no hit]",
    EMPTY_ROW: "[empty]",
    NO_FALLBACK_ROW: "[no fallback]",
}


def drawn(model: RouteTreeModel) -> str:
    """Each connector, and below it a line per row: number and name."""
    lines = []
    for row in range(model.rowCount()):
        parent = model.index(row, 0)
        group = model.group_at(parent)
        lines.append(f"{group.connector.name}, {count_text(group)}, {direction_text(group)}")
        for child_row in range(model.rowCount(parent)):
            index = model.index(child_row, 0, parent)
            assert index.parent() == parent
            route = model.route_at(index)
            if route is None:
                lines.append(f"  {MARKS[group.children[child_row]]}")
                continue
            number = index.data() or "-"
            lines.append(f"  {number} {index.siblingAtColumn(Column.NAME).data()}")
    return "\n".join(lines)


def names(model: RouteTreeModel, row: int = 0) -> list[str]:
    """What the rows of one group say in the column Route; marks for rows that are no route."""
    block = drawn(model).split("\n")
    starts = [number for number, line in enumerate(block) if not line.startswith(" ")]
    stops = [*starts[1:], len(block)]
    lines = block[starts[row] + 1 : stops[row]]
    return [line.strip() if "[" in line else line.strip().partition(" ")[2] for line in lines]
