"""Exact row signals: what one list needs to become another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from typing_extensions import override

from enate_desktop.item_models.row_changes import RowChanges, apply_rows, row_changes


class ListModel(QAbstractItemModel):
    def __init__(self, rows: list[int]) -> None:
        super().__init__()
        self.rows = rows

    @override
    def index(self, row: int, column: int, parent: object = None) -> QModelIndex:
        is_there = 0 <= row < len(self.rows) and column == 0
        below = isinstance(parent, QModelIndex) and parent.isValid()
        return self.createIndex(row, 0, 0) if is_there and not below else QModelIndex()

    @override
    def parent(self, index: object = None) -> QModelIndex:  # type: ignore[override]
        return QModelIndex()

    @override
    def rowCount(self, parent: object = None) -> int:
        return 0 if isinstance(parent, QModelIndex) and parent.isValid() else len(self.rows)

    @override
    def columnCount(self, parent: object = None) -> int:
        return 1

    @override
    def data(self, index: object, role: int = 0) -> object:
        return None


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ([1, 2, 3], [1, 2, 3], RowChanges()),
        ([1, 2, 3], [3, 1, 2], RowChanges(moves=((2, 2, 0),))),
        ([1, 2, 3, 4], [2, 3, 1, 4], RowChanges(moves=((0, 0, 3),))),
        ([1, 2, 3, 4, 5], [1, 4, 5, 2, 3], RowChanges(moves=((1, 2, 5),))),
        ([1, 2, 3, 4], [1, 4], RowChanges(removals=((1, 2),))),
        ([1, 4], [1, 2, 3, 4], RowChanges(insertions=((1, 2),))),
        ([1, 2, 3], [4, 3], RowChanges(removals=((0, 1),), insertions=((0, 0),))),
    ],
)
def test_few_steps_are_found(old: list[int], new: list[int], changes: RowChanges) -> None:
    assert row_changes(old, new) == changes


def test_many_steps_are_told_at_once() -> None:
    assert row_changes(list(range(200)), list(range(0, 200, 2))) is None


ROWS = st.lists(st.integers(0, 40), unique=True, max_size=30)


@given(old=ROWS, new=ROWS, few=st.sampled_from((0, 3, 1000)))
def test_held_rows_follow_their_keys(old: list[int], new: list[int], few: int) -> None:
    model = ListModel(list(old))
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    held = {key: QPersistentModelIndex(model.index(row, 0)) for row, key in enumerate(old)}
    apply_rows(model, QModelIndex(), model.rows, new, internal_id=0, few=few)
    assert model.rows == new
    for key, index in held.items():
        assert (index.row() if index.isValid() else None) == (
            new.index(key) if key in new else None
        )
