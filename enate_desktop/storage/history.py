"""Repository of the append-only history."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    exists,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.sql.expression import FromClause

from enate_desktop.domain.history import (
    HistoryChange,
    HistoryEntry,
    HistoryFilter,
    HistoryLine,
    State,
)
from enate_desktop.storage.history_states import state_text, state_value
from enate_desktop.storage.sql import insert_row
from enate_desktop.storage.tables import HistoryRow, HistoryStateRow

_HISTORY = cast(Table, HistoryRow.__table__)
_LINE = _HISTORY.alias("line")
_CHANGE_ID = func.coalesce(_HISTORY.c.change_id, _HISTORY.c.id)
_KEPT = exists().where(HistoryStateRow.change_id == _HISTORY.c.id)
_ADD = insert(_HISTORY)


class HistoryRepository:
    """Adding to and reading the history; there is no way to change or remove a line."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def add(
        self,
        who: str,
        kind: str,
        subject_id: int,
        name: str,
        action: str,
        *changes: tuple[str, str, str],
        before: State | None = None,
        after: State | None = None,
        also: Iterable[HistoryLine] = (),
    ) -> int:
        """Add one change; returns its id when it can be taken back, else 0.

        It has one line, or one for each of ``changes`` (field, old value, new value), and the lines
        ``also`` about other things. ``before`` and ``after`` are what it can be taken back to, None
        where the thing was not there; what is no configuration makes no difference between them.
        """
        common = {"at": datetime.now(UTC), "who": who}
        told = changes or (("", "", ""),)
        lines = (*(HistoryLine(kind, subject_id, name, action, *change) for change in told), *also)
        rows = [{**common, **asdict(line)} for line in lines]
        change_id = insert_row(self._connection, HistoryRow, rows[0])
        if rows[1:]:
            self._connection.execute(_ADD, [{**row, "change_id": change_id} for row in rows[1:]])
        states = {"before": state_text(before), "after": state_text(after)}
        if states["before"] == states["after"]:
            return 0
        insert_row(self._connection, HistoryStateRow, {"change_id": change_id, **states})
        return change_id

    def newest_id(self) -> int:
        """The id of the newest line, 0 when there is none."""
        return self._connection.execute(select(func.max(HistoryRow.id))).scalar() or 0

    def after(self, entry_id: int) -> tuple[HistoryEntry, ...]:
        """The lines added since, oldest first."""
        query = select(_HISTORY).where(_HISTORY.c.id > entry_id).order_by(_HISTORY.c.id)
        return tuple(_entry(row) for row in self._connection.execute(query).mappings())

    def entries(
        self, kind: str | None = None, subject_id: int | None = None, limit: int = 500
    ) -> tuple[HistoryEntry, ...]:
        """The newest lines first, of everything, one kind or one thing."""
        query = select(_HISTORY).order_by(_HISTORY.c.id.desc()).limit(limit)
        if kind is not None:
            query = query.where(_HISTORY.c.kind == kind)
        if subject_id is not None:
            query = query.where(_HISTORY.c.subject_id == subject_id)
            if kind is not None:
                query = query.where(_HISTORY.c.id >= _born(kind, subject_id))
        return tuple(_entry(row) for row in self._connection.execute(query).mappings())

    def page(
        self, wanted: HistoryFilter, limit: int, *, before: int = 0, after: int = 0
    ) -> tuple[HistoryChange, ...]:
        """The newest changes first: those older than the change ``before``, newer than ``after``.

        0 stands for no such bound.
        """
        query = _heads(wanted).order_by(_HISTORY.c.id.desc()).limit(limit)
        if before:
            query = query.where(_HISTORY.c.id < before)
        if after:
            query = query.where(_HISTORY.c.id > after)
        return self._with_lines(query)

    def change(self, change_id: int) -> HistoryChange | None:
        """One change with all its lines, or None."""
        query = _heads(HistoryFilter()).where(_HISTORY.c.id == change_id)
        return next(iter(self._with_lines(query)), None)

    def states(self, change_id: int) -> tuple[State | None, State | None] | None:
        """What there was before and after a change, or None where it was not kept.

        Raises ValueError when another version of the program wrote it in a way unknown here.
        """
        row = self._connection.execute(
            select(HistoryStateRow.before, HistoryStateRow.after).where(
                HistoryStateRow.change_id == change_id
            )
        ).one_or_none()
        return None if row is None else (state_value(row.before), state_value(row.after))

    def last_name(self, kind: str, subject_id: int) -> str:
        """The name a thing had last, or an empty text."""
        query = (
            select(_HISTORY.c.name)
            .where(_HISTORY.c.kind == kind, _HISTORY.c.subject_id == subject_id)
            .order_by(_HISTORY.c.id.desc())
        )
        return self._connection.execute(query.limit(1)).scalar() or ""

    def came_anew(self, kind: str, subject_id: int, change_id: int) -> bool:
        """Whether the id belongs to another thing now, made after the change."""
        born: int | None = self._connection.execute(select(_born(kind, subject_id))).scalar()
        return born is not None and born > change_id

    def people(self) -> tuple[str, ...]:
        """Everybody who ever changed something."""
        query = select(_HISTORY.c.who).distinct().order_by(_HISTORY.c.who)
        return tuple(self._connection.execute(query).scalars())

    def kinds(self) -> tuple[str, ...]:
        """Every kind of thing that was ever changed."""
        query = select(_HISTORY.c.kind).distinct().order_by(_HISTORY.c.kind)
        return tuple(self._connection.execute(query).scalars())

    def _with_lines(self, heads: Select[tuple[object, ...]]) -> tuple[HistoryChange, ...]:
        found = self._connection.execute(heads).mappings().all()
        lines: dict[int, list[HistoryEntry]] = {row["id"]: [_entry(row)] for row in found}
        query = (
            select(_HISTORY).where(_HISTORY.c.change_id.in_(list(lines))).order_by(_HISTORY.c.id)
        )
        for row in self._connection.execute(query).mappings() if lines else ():
            lines[row["change_id"]].append(_entry(row))
        return tuple(HistoryChange(tuple(lines[row["id"]]), row["restorable"]) for row in found)


def _heads(wanted: HistoryFilter) -> Select[tuple[object, ...]]:
    """The first lines of the changes that pass; a further line counts for its change."""
    query = select(_HISTORY, _KEPT.label("restorable")).where(_HISTORY.c.change_id.is_(None))
    # The bounds of the ids follow from those of the time: they spare a walk through everything.
    # "+ 0" keeps SQLite from looking for the least id along the ids instead of along the times.
    if wanted.since is not None:
        later = select(func.min(_LINE.c.id + 0)).where(_LINE.c.at >= wanted.since)
        query = query.where(_HISTORY.c.at >= wanted.since, _HISTORY.c.id >= later.scalar_subquery())
    if wanted.until is not None:
        earlier = select(func.max(_LINE.c.id + 0)).where(_LINE.c.at < wanted.until)
        query = query.where(
            _HISTORY.c.at < wanted.until, _HISTORY.c.id <= earlier.scalar_subquery()
        )
    if wanted.who:
        query = query.where(_HISTORY.c.who == wanted.who)
    if wanted.actions:
        begins = (_HISTORY.c.action.startswith(a, autoescape=True) for a in wanted.actions)
        query = query.where(or_(*begins))
    if wanted.subject is not None:
        kind, subject_id = wanted.subject
        own = select(_CHANGE_ID).where(
            _HISTORY.c.kind == kind,
            _HISTORY.c.subject_id == subject_id,
            _HISTORY.c.id >= _born(kind, subject_id),
        )
        query = query.where(_HISTORY.c.id.in_(own))
    if wanted.kinds:
        query = query.where(_any_line(lambda table: table.c.kind.in_(wanted.kinds)))
    if wanted.text:
        query = query.where(_any_line(lambda table: _mentions(table, wanted)))
    return query


def _any_line(test: Callable[[FromClause], ColumnElement[bool]]) -> ColumnElement[bool]:
    further = exists().where(_LINE.c.change_id == _HISTORY.c.id, test(_LINE))
    return or_(test(_HISTORY), further)


def _mentions(table: FromClause, wanted: HistoryFilter) -> ColumnElement[bool]:
    columns = (table.c.name, table.c.old, table.c.new)
    hits = [column.icontains(wanted.text, autoescape=True) for column in columns]
    return or_(*hits, table.c.field.in_(wanted.fields))


def _born(kind: str, subject_id: int) -> ColumnElement[int]:
    """The line that tells of the making of the thing that has the id now; 0 for one older."""
    born = _HISTORY.alias("born")
    return func.coalesce(
        select(func.max(born.c.id))
        .where(
            born.c.kind == kind,
            born.c.subject_id == subject_id,
            born.c.action == "created",
            born.c.change_id.is_(None),
        )
        .scalar_subquery(),
        0,
    )


def _entry(row: RowMapping) -> HistoryEntry:
    names = HistoryEntry.__dataclass_fields__
    facts = {name: row[name] for name in names}
    return HistoryEntry(**{**facts, "change_id": row["change_id"] or row["id"]})
