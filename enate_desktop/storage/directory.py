"""Repository of the directory: customers down to processes, and their categories."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, exists, insert, or_, select, update
from sqlalchemy.orm import aliased

from enate_desktop.domain.directory import Kind, Node, NodeKind, Process
from enate_desktop.domain.history import StoredProcess
from enate_desktop.storage.mail_tables import WorkItemRow
from enate_desktop.storage.sql import insert_row
from enate_desktop.storage.tables import (
    CategoryRow,
    ConnectorRow,
    NodeRow,
    ProcessRow,
    RouteRow,
)
from enate_desktop.storage.types import Base


def key_of(name: str) -> str:
    """``name`` as uniqueness compares it: case folded, white space collapsed."""
    return " ".join(name.casefold().split())


def free_id(connection: Connection, table: type[Base], wanted: int) -> dict[str, int]:
    """The id as a value for an insert; nothing when it is 0 or belongs to another row by now."""
    if not wanted:
        return {}
    key = table.__table__.c.id
    taken = connection.execute(select(key).where(key == wanted)).first() is not None
    return {} if taken else {"id": wanted}


class DirectoryRepository:
    """Nodes, processes and categories."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection
        # An import asks for each of its routes; nobody else can write meanwhile.
        self._nodes: tuple[Node, ...] | None = None
        self._processes: tuple[Process, ...] | None = None

    def nodes(self) -> tuple[Node, ...]:
        """Every customer, contract and service, parents before children."""
        if self._nodes is None:
            self._nodes = self._read_nodes()
        return self._nodes

    def _read_nodes(self) -> tuple[Node, ...]:
        rows = self._connection.execute(
            select(NodeRow.id, NodeRow.kind, NodeRow.name, NodeRow.parent_id, NodeRow.retired)
        )
        nodes = (Node(r.id, NodeKind(r.kind), r.name, r.parent_id, r.retired) for r in rows)
        levels = list(NodeKind)
        return tuple(sorted(nodes, key=lambda n: (levels.index(n.kind), key_of(n.name), n.id)))

    def add_node(self, kind: NodeKind, name: str, parent_id: int) -> int:
        """Add a customer, contract or service; returns its id."""
        return self._insert(
            NodeRow, kind=kind, name=name, name_key=key_of(name), parent_id=parent_id
        )

    def change_node(self, node_id: int, **values: object) -> None:
        """Rename or retire a node."""
        self._change(NodeRow, node_id, values)

    def processes(self) -> tuple[Process, ...]:
        """Every process with its path and categories, sorted by path."""
        if self._processes is None:
            self._processes = self._read_processes()
        return self._processes

    def _read_processes(self) -> tuple[Process, ...]:
        service, contract, customer = aliased(NodeRow), aliased(NodeRow), aliased(NodeRow)
        rows = self._connection.execute(
            select(
                ProcessRow.id,
                ProcessRow.name,
                ProcessRow.kind,
                (ProcessRow.retired | service.retired | contract.retired | customer.retired).label(
                    "retired"
                ),
                service.name.label("service"),
                contract.name.label("contract"),
                customer.name.label("customer"),
            )
            .join(service, ProcessRow.service_id == service.id)
            .join(contract, service.parent_id == contract.id)
            .join(customer, contract.parent_id == customer.id)
        ).all()
        categories: dict[int, list[str]] = {}
        for process_id, path in self._connection.execute(
            select(CategoryRow.process_id, CategoryRow.path).order_by(CategoryRow.position)
        ):
            categories.setdefault(process_id, []).append(path)
        processes = (
            Process(
                id=row.id,
                name=row.name,
                kind=Kind(row.kind),
                customer=row.customer,
                contract=row.contract,
                service=row.service,
                categories=tuple(categories.get(row.id, ())),
                retired=bool(row.retired),
            )
            for row in rows
        )
        return tuple(sorted(processes, key=lambda process: key_of(process.path)))

    def process_map(self) -> Mapping[int, Process]:
        """Every process by id."""
        return {process.id: process for process in self.processes()}

    def stored_process(self, process_id: int) -> StoredProcess | None:
        """A process as it is stored itself, or None."""
        query = select(ProcessRow.__table__).where(ProcessRow.id == process_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        categories = self.process_map()[process_id].categories
        return StoredProcess(
            row.id, row.service_id, row.name, Kind(row.kind), row.retired, categories
        )

    def service_of(self, process_id: int) -> int:
        """The id of the service a process belongs to."""
        return self._connection.execute(
            select(ProcessRow.service_id).where(ProcessRow.id == process_id)
        ).scalar_one()

    def itself_retired(self, process_id: int) -> bool:
        """Whether a process was retired itself, not only something above it."""
        return self._connection.execute(
            select(ProcessRow.retired).where(ProcessRow.id == process_id)
        ).scalar_one()

    def add_process(self, service_id: int, name: str, kind: Kind) -> int:
        """Add a process; returns its id."""
        return self._insert(
            ProcessRow, service_id=service_id, name=name, name_key=key_of(name), kind=kind
        )

    def change_process(self, process_id: int, **values: object) -> None:
        """Rename or retire a process itself (not what stands above it)."""
        self._change(ProcessRow, process_id, values)

    def set_categories(self, process_id: int, paths: Iterable[str]) -> None:
        """Replace the categories of a process, in this order."""
        self._forget()
        self._connection.execute(delete(CategoryRow).where(CategoryRow.process_id == process_id))
        rows = [
            {"process_id": process_id, "path": path, "position": n} for n, path in enumerate(paths)
        ]
        if rows:
            self._connection.execute(insert(CategoryRow), rows)

    def is_used(self, entry: Node | StoredProcess) -> bool:
        """Whether something stands below it, creates work for it or is its work."""
        if isinstance(entry, Node):
            users = [
                exists().where(NodeRow.parent_id == entry.id),
                exists().where(ProcessRow.service_id == entry.id),
            ]
        else:
            users = [
                exists().where(RouteRow.process_id == entry.id),
                exists().where(ConnectorRow.fallback_process_id == entry.id),
                exists().where(WorkItemRow.process_id == entry.id),
            ]
        return bool(self._connection.execute(select(or_(*users))).scalar())

    def remove(self, entry: Node | StoredProcess) -> None:
        """Take an entry away that is not used; a process with its categories."""
        self._forget()
        table = NodeRow if isinstance(entry, Node) else ProcessRow
        self._connection.execute(delete(table).where(table.id == entry.id))

    def put_back(self, entry: Node | StoredProcess) -> int:
        """Add an entry that was removed, with its id if that is free; returns its id."""
        table = NodeRow if isinstance(entry, Node) else ProcessRow
        values = {"name": entry.name, "kind": entry.kind, "retired": entry.retired}
        values |= {"name_key": key_of(entry.name), **free_id(self._connection, table, entry.id)}
        if isinstance(entry, Node):
            return self._insert(NodeRow, **values, parent_id=entry.parent_id)
        process_id = self._insert(ProcessRow, **values, service_id=entry.service_id)
        self.set_categories(process_id, entry.categories)
        return process_id

    def _forget(self) -> None:
        self._nodes = self._processes = None

    def _insert(self, table: type[Base], **values: object) -> int:
        self._forget()
        return insert_row(self._connection, table, values)

    def _change(
        self, table: type[NodeRow | ProcessRow], row_id: int, values: Mapping[str, object]
    ) -> None:
        self._forget()
        if "name" in values:
            values = {**values, "name_key": key_of(str(values["name"]))}
        self._connection.execute(update(table).where(table.id == row_id).values(**values))
