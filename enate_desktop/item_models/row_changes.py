"""From an old list of rows to a new one in exact row signals, so that a view loses nothing."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QModelIndex

FEW = 32
"""More separate changes than this are announced at once: each costs the view a layout."""

_MOST_MOVERS = 2000
"""Beyond this many rows out of place the single blocks are not worth looking for."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class RowChanges:
    """Steps in the order they are applied; spans are first and last row at that moment.

    A move's third number is the row it goes before, counted before removal, as Qt wants it.
    """

    removals: tuple[Span, ...] = ()
    moves: tuple[tuple[int, int, int], ...] = ()
    insertions: tuple[Span, ...] = ()


def row_changes(old: Sequence[int], new: Sequence[int], few: int = FEW) -> RowChanges | None:
    """The steps that turn ``old`` into ``new``, lists of distinct keys; None when not ``few``."""
    if old == new:
        return RowChanges()
    old_keys, new_keys = set(old), set(new)
    gone = [row for row, key in enumerate(old) if key not in new_keys]
    come = [row for row, key in enumerate(new) if key not in old_keys]
    kept = [key for key in old if key in new_keys]
    wanted = [key for key in new if key in old_keys]
    moves = _moves(kept, wanted)
    removals, insertions = _spans(gone), _spans(come)
    if moves is None or len(removals) + len(moves) + len(insertions) > few:
        return None
    return RowChanges(tuple(reversed(removals)), tuple(moves), tuple(insertions))


def apply_rows(
    model: QAbstractItemModel,
    parent: QModelIndex,
    rows: list[int],
    new: Sequence[int],
    *,
    internal_id: int,
    few: int = FEW,
    on_step: Callable[[], None] = lambda: None,
) -> None:
    """Turn ``rows``, the children of ``parent``, into ``new`` and tell the views.

    ``internal_id`` is that of the children's indexes; ``on_step`` is called whenever ``rows``
    changed, before the views hear of it. Selection, current row and index widgets stay with
    their keys in either way of telling.
    """
    if rows == new:
        return
    changes = row_changes(rows, new, few)
    if changes is None:
        relayout(model, {internal_id: (rows, new)}, on_step)
        return
    for first, last in changes.removals:
        model.beginRemoveRows(parent, first, last)
        del rows[first : last + 1]
        on_step()
        model.endRemoveRows()
    for first, last, before in changes.moves:
        model.beginMoveRows(parent, first, last, parent, before)
        _move(rows, first, last, before)
        on_step()
        model.endMoveRows()
    for first, last in changes.insertions:
        model.beginInsertRows(parent, first, last)
        rows[first:first] = new[first : last + 1]
        on_step()
        model.endInsertRows()


def relayout(
    model: QAbstractItemModel,
    changes: Mapping[int, tuple[list[int], Sequence[int]]],
    on_step: Callable[[], None] = lambda: None,
) -> None:
    """Change the rows below several parents at once: internal id to present and new rows."""
    model.layoutAboutToBeChanged.emit()
    held = [index for index in model.persistentIndexList() if index.internalId() in changes]
    keys = [changes[index.internalId()][0][index.row()] for index in held]
    places: dict[int, dict[int, int]] = {}
    for internal_id, (rows, new) in changes.items():
        rows[:] = new
        places[internal_id] = {key: row for row, key in enumerate(rows)}
    on_step()
    moved = [
        model.createIndex(row, index.column(), index.internalId())
        if (row := places[index.internalId()].get(key)) is not None
        else QModelIndex()
        for index, key in zip(held, keys, strict=True)
    ]
    model.changePersistentIndexList(held, moved)
    model.layoutChanged.emit()


def _spans(rows: Sequence[int]) -> list[Span]:
    spans: list[Span] = []
    for row in rows:
        if spans and spans[-1][1] == row - 1:
            spans[-1] = (spans[-1][0], row)
        else:
            spans.append((row, row))
    return spans


def _move(rows: list[int], first: int, last: int, before: int) -> None:
    block = rows[first : last + 1]
    del rows[first : last + 1]
    place = before if before < first else before - len(block)
    rows[place:place] = block


def _moves(kept: list[int], wanted: list[int]) -> list[tuple[int, int, int]] | None:
    """Moves of the keys that are not part of the longest run already in the wanted order."""
    if kept == wanted:
        return []
    start, stop = 0, len(kept)
    while kept[start] == wanted[start]:
        start += 1
    while kept[stop - 1] == wanted[stop - 1]:
        stop -= 1
    middle, goal = kept[start:stop], wanted[start:stop]
    movers = set(goal) - _longest_common_order(middle, goal)
    if len(movers) > _MOST_MOVERS:
        return None
    return _block_moves(list(kept), wanted, movers, start, stop)


def _block_moves(
    rows: list[int], wanted: list[int], movers: set[int], start: int, stop: int
) -> list[tuple[int, int, int]]:
    """Each block of movers goes right behind the key that precedes it in the wanted order."""
    moves: list[tuple[int, int, int]] = []
    row = start
    while row < stop:
        if wanted[row] not in movers:
            row += 1
            continue
        first = last = rows.index(wanted[row])
        end = row + 1
        while end < stop and wanted[end] in movers and rows[last + 1 : last + 2] == [wanted[end]]:
            last, end = last + 1, end + 1
        before = rows.index(wanted[row - 1]) + 1 if row else 0
        if not first <= before <= last + 1:
            moves.append((first, last, before))
            _move(rows, first, last, before)
        row = end
    return moves


def _longest_common_order(old: Sequence[int], new: Sequence[int]) -> set[int]:
    """The largest set of keys whose order is the same in both lists."""
    place = {key: row for row, key in enumerate(new)}
    tails: list[int] = []
    tail_keys: list[int] = []
    before: dict[int, int | None] = {}
    for key in old:
        spot = bisect_left(tails, place[key])
        before[key] = tail_keys[spot - 1] if spot else None
        if spot == len(tails):
            tails.append(place[key])
            tail_keys.append(key)
        else:
            tails[spot], tail_keys[spot] = place[key], key
    chain: set[int] = set()
    walk: int | None = tail_keys[-1] if tail_keys else None
    while walk is not None:
        chain.add(walk)
        walk = before[walk]
    return chain
