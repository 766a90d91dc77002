"""One entry of the directory: what it is, its categories, the routes linked to it (UI 3.12)."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.directory import Kind, NodeKind, category_path
from enate_desktop.domain.routes import Route
from enate_desktop.item_models.directory_tree import Entry
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.tags import Tag
from enate_desktop.views.widgets import (
    ChipEdit,
    ElidedLabel,
    FormField,
    SectionLabel,
    button,
    label,
    prepare_table,
    secondary_label,
)

BELOW = {
    NodeKind.CUSTOMER: "contract",
    NodeKind.CONTRACT: "service",
    NodeKind.SERVICE: "process",
}
"""What may be added to a node, in words."""


class DirectoryDetails(QWidget):
    """Only shows and asks. ``route_requested`` carries the id of a route's connector."""

    add_requested = Signal()
    rename_requested = Signal()
    retire_requested = Signal()
    restore_requested = Signal()
    categories_save_requested = Signal()
    activity_requested = Signal()
    route_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reason = ""
        self._categories_before: tuple[str, ...] = ()
        self._name = SectionLabel("")
        self._kind, self._retired = Tag(), Tag()
        self._path = ElidedLabel("", Qt.TextElideMode.ElideMiddle, colour="secondary")
        self.add_button = button("", self.add_requested.emit, icon_name="plus")
        self.rename_button = button(self.tr("Rename…"), self.rename_requested.emit)
        self.retire_button = button(self.tr("Retire…"), self.retire_requested.emit)
        self.restore_button = button(self.tr("Restore"), self.restore_requested.emit)
        self.activity_button = button(
            self.tr("Show Activity"), self.activity_requested.emit, icon_name="history"
        )
        self.categories = ChipEdit(
            self.tr("Ticket categories"), category_path, placeholder=self.tr("Payroll > Error")
        )
        self._categories_field = FormField(
            self.tr("Ticket categories"),
            self.categories,
            hint=self.tr("Up to three levels, separated by >. The order is the one offered."),
        )
        self.save_button = button(
            self.tr("Save categories"), self.categories_save_requested.emit, primary=True
        )
        self.discard_button = button(self.tr("Discard"), self._on_discard_clicked)
        self._category_buttons = QWidget()
        self._routes_title = label("", strong=True)
        self._routes_none = secondary_label(self.tr("No route creates work here."))
        self.routes = QTableWidget(0, 3)
        self._build()
        self.categories.changed.connect(self._on_categories_changed)
        self.routes.cellDoubleClicked.connect(self._on_route_double_clicked)

    def set_reason(self, reason: str) -> None:
        """Why nothing may be changed, or empty."""
        self._reason = reason
        for made in (self.add_button, self.rename_button, self.retire_button, self.restore_button):
            explain_disabled(made, reason)

    def set_entry(
        self, entry: Entry, path: str, routes: Sequence[Route], connectors: dict[int, str]
    ) -> None:
        """Show an entry with the routes that create work for it or below it."""
        self._name.setText(entry.name)
        self._kind.set_tag(entry.kind_text, "info" if entry.process is not None else "ok")
        self._retired.set_tag(self.tr("Retired") if entry.retired else "", "warning")
        self._path.set_text(path)
        self._path.setVisible(bool(path))
        below = BELOW[entry.node.kind] if entry.node is not None else ""
        self.add_button.setText(self.tr("Add {what}…").format(what=below))
        self.add_button.setVisible(bool(below) and not entry.retired)
        self.retire_button.setVisible(not entry.retired)
        self.restore_button.setVisible(entry.retired)
        process = entry.process
        ticket = process is not None and process.kind is Kind.TICKET
        self._categories_field.setVisible(ticket)
        self._category_buttons.setVisible(ticket)
        if process is not None:
            self._categories_before = process.categories
            self._on_discard_clicked()
        self.categories.set_read_only(bool(self._reason))
        self._show_routes(routes, connectors)

    def show_category_problem(self, text: str) -> None:
        """Say under the categories why they were not saved."""
        self._categories_field.set_error(text)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._name)
        head.addWidget(self._kind)
        head.addWidget(self._retired)
        head.addStretch(1)
        changes = (self.add_button, self.rename_button, self.retire_button, self.restore_button)
        for made in (self.activity_button, *changes):
            head.addWidget(made)
        foot = QHBoxLayout(self._category_buttons)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.discard_button)
        foot.addWidget(self.save_button)
        self._prepare_routes()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        for part in (
            self._path,
            self._categories_field,
            self._category_buttons,
            self._routes_title,
            self._routes_none,
        ):
            column.addWidget(part)
        column.addWidget(self.routes, 1)
        column.addStretch(0)

    def _prepare_routes(self) -> None:
        prepare_table(self.routes, self.tr("Linked routes"))
        self.routes.setHorizontalHeaderLabels(
            [self.tr("Connector"), self.tr("Route"), self.tr("Email address")]
        )
        self.routes.setToolTip(self.tr("Double-click a route to show it."))
        header = self.routes.horizontalHeader()
        header.resizeSection(0, 160)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(2, 220)
        header.setStretchLastSection(False)

    def _show_routes(self, routes: Sequence[Route], connectors: dict[int, str]) -> None:
        self._routes_title.setText(self.tr("Linked routes ({count})").format(count=len(routes)))
        self.routes.setRowCount(len(routes))
        for row, route in enumerate(routes):
            texts = (connectors.get(route.connector_id, ""), route.name, route.address)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setData(Qt.ItemDataRole.UserRole, route.connector_id)
                self.routes.setItem(row, column, item)
        self.routes.setVisible(bool(routes))
        self._routes_none.setVisible(not routes)

    def _on_categories_changed(self) -> None:
        self._categories_field.set_error("")
        dirty = self.categories.values() != self._categories_before
        nothing = "" if dirty else self.tr("There is nothing to save.")
        bad = self.tr("One of them cannot be used.") if self.categories.problems else ""
        explain_disabled(self.save_button, self._reason or nothing or bad)
        explain_disabled(self.discard_button, nothing)

    def _on_discard_clicked(self) -> None:
        self.categories.set_values(self._categories_before)
        self._on_categories_changed()

    def _on_route_double_clicked(self, row: int, column: int) -> None:
        item = self.routes.item(row, column)
        if item is not None:
            self.route_requested.emit(int(item.data(Qt.ItemDataRole.UserRole)))
