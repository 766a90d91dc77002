"""The window around the pages: rail, page area, banners, status strip, menus."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSettings, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QIcon,
    QMoveEvent,
    QResizeEvent,
    QShowEvent,
    QUndoGroup,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.views.appearance import Appearance, Scheme
from enate_desktop.views.banner import Banner
from enate_desktop.views.errors import Problem
from enate_desktop.views.menus import Menus
from enate_desktop.views.message_bar import MessageAction, MessageBar, MessageKind
from enate_desktop.views.page import Page, Toast
from enate_desktop.views.page_area import PageArea, PageSpec
from enate_desktop.views.rail import Rail, RailEntry
from enate_desktop.views.status_strip import StatusStrip, WorkerState
from enate_desktop.views.window_actions import WindowActions
from enate_desktop.views.window_state import WindowState

RAIL_NEEDS_WIDTH = 1440
"""A narrower window shows the rail's icons only, unless the person chose otherwise."""


class MainWindow(QMainWindow):
    """Knows pages by their PageSpec only. ``closing`` comes once, after everything was saved.

    The settings hold the state of the interface, never configuration or secrets.
    """

    closing = Signal()
    commands_requested = Signal()

    def __init__(
        self,
        specs: Sequence[PageSpec],
        appearance: Appearance,
        settings: QSettings,
        *,
        open_now: bool = True,
    ) -> None:
        """Without ``open_now`` no page is shown until :meth:`open_first_page`."""
        super().__init__()
        self.appearance = appearance
        self._was_shown = False
        self.state = WindowState(settings)
        appearance.set_scheme(_scheme(self.state.text("window/scheme")))
        self.strip = StatusStrip()
        self.area = PageArea(specs)
        self.rail = Rail([_entry(place, spec) for place, spec in enumerate(specs, start=1)])
        self._undo_group = QUndoGroup(self)
        self.menus = Menus(self, self._undo_group)
        self.demo_bar = Banner("flask-conical", "test_mode")
        self.read_only_bar = Banner("lock", "info")
        self._actions = WindowActions(self, self.menus, specs, appearance)
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(1000)
        self._save_timer.timeout.connect(self._save_geometry)
        self.setWindowIcon(QIcon("icons:enate-desktop.svg"))
        self._build()
        self._connect()
        self.state.restore_geometry(self)
        if open_now:
            self.open_first_page()

    @property
    def current_key(self) -> str:
        """The key of the page shown."""
        return self.area.current_key

    def page(self, key: str) -> Page | None:
        """A page if it was visited already."""
        return self.area.pages.get(key)

    def show_page(self, key: str, target: object = None) -> Page:
        """Bring a page to the front; ``target`` is handed to its ``navigate``."""
        is_new = key != self.current_key
        page = self.area.open_page(key)
        self.rail.set_current(key)
        self.menus.show_page_actions(page.menu_actions())
        self._undo_group.setActiveStack(page.undo_stack())  # type: ignore[arg-type]  # None: no stack
        self.setWindowTitle(f"{self.area.specs[key].title} – {QApplication.applicationName()}")
        self.state.set_text("window/page", key)
        if is_new:
            self._give_keyboard(page)
        if target is not None:
            page.navigate(target)
        return page

    def set_badge(self, key: str, count: int) -> None:
        """Show in the rail how many things of a page need a person, visited or not."""
        self.rail.set_badge(key, count)

    def set_worker(self, state: WorkerState) -> None:
        """Show the worker's state in the strip."""
        self.strip.set_worker(state)

    def show_demo_bar(self) -> None:
        """Say on every page that nothing here is real."""
        self.demo_bar.set_text(self.tr("Demo data. Nothing leaves this computer."))

    def show_read_only_bar(self, permission: str) -> None:
        """Say which permission is missing; an empty name hides the bar (P-01)."""
        text = self.tr("You can look but not change. Ask an administrator for “{permission}”.")
        self.read_only_bar.set_text(text.format(permission=permission) if permission else "")

    def show_message(
        self, kind: MessageKind, text: str, *actions: MessageAction, key: str = ""
    ) -> MessageBar | None:
        """Show a message on the current page."""
        page = self.area.current_page()
        return page.messages.show_message(kind, text, *actions, key=key) if page else None

    def show_toast(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Say in the strip what was done."""
        self.strip.show_toast(Toast(text, undo))

    def show_problem(self, problem: Problem) -> None:
        """Show what escaped: a known error's sentence, or a report to copy."""
        if problem.known is not None:
            self.show_message(MessageKind.ERROR, problem.known.sentence())
            return
        key = self.current_key
        title = self.area.specs[key].title if key else QApplication.applicationName()
        text = self.tr("Something went wrong in {page}. Your data is safe.").format(page=title)
        report = problem.report
        self.show_message(
            MessageKind.ERROR,
            text,
            MessageAction(
                self.tr("Copy report"), lambda: QGuiApplication.clipboard().setText(report), False
            ),
            MessageAction(self.tr("Reload page"), lambda: self._rebuild(key)),
        )

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        page = self.area.current_page()
        if page is not None and not self._was_shown:
            page.focus_first()
        self._was_shown = True

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rail()
        self._save_timer.start()

    @override
    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._save_timer.start()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        for key, page in self.area.pages.items():
            if not page.may_leave(self.close):
                event.ignore()
                self.show_page(key)
                return
        self._save_timer.stop()
        self._save_geometry()
        for key, page in self.area.pages.items():
            self.state.set_page(key, page.save_state())
        super().closeEvent(event)
        self.closing.emit()

    def _build(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.demo_bar, self.read_only_bar):
            column.addWidget(part)
        column.addWidget(self.area, 1)
        column.addWidget(self.strip)
        central = QWidget()
        row = QHBoxLayout(central)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
        self.setCentralWidget(central)

    def _connect(self) -> None:
        self.rail.page_chosen.connect(self._on_page_chosen)
        self.rail.collapse_toggled.connect(self._on_rail_collapse_toggled)
        self._actions.page_chosen.connect(self._on_page_chosen)
        self._actions.pane_step_requested.connect(self._on_pane_step_requested)
        self._actions.message_focus_requested.connect(self._on_message_focus_requested)
        self._actions.scheme_chosen.connect(self.choose_scheme)
        self._actions.commands_requested.connect(self.commands_requested)
        self.area.page_made.connect(self._on_page_made)
        self._undo_group.indexChanged.connect(self._on_undo_moved)
        self.area.badge_changed.connect(self.set_badge)
        self.area.toast_requested.connect(self.strip.show_toast)
        self.area.page_requested.connect(self._on_page_requested)

    def open_first_page(self) -> None:
        """Show the page that was open last time, else the first."""
        remembered = self.state.text("window/page")
        key = remembered if remembered in self.area.specs else next(iter(self.area.specs), "")
        if key:
            self.show_page(key)

    def _give_keyboard(self, page: Page) -> None:
        """To a page that was turned to, unless somebody walks through the rail with it."""
        focus = QApplication.focusWidget()
        if self.isVisible() and (focus is None or not self.rail.isAncestorOf(focus)):
            page.focus_first()

    def _rebuild(self, key: str) -> None:
        self.area.rebuild(key)
        self.show_page(key)

    def _fit_rail(self) -> None:
        chosen = self.state.text("window/rail")
        narrow = self.width() < RAIL_NEEDS_WIDTH
        self.rail.set_collapsed(chosen == "narrow" if chosen else narrow)

    def _save_geometry(self) -> None:
        self.state.save_geometry(self)

    def _on_page_chosen(self, key: str) -> None:
        self.go_to(key)

    def go_to(self, key: str, target: object = None) -> None:
        """Show another page once the present one can be left."""
        page = self.area.current_page()
        stays = key == self.current_key
        if page is None or stays or page.may_leave(lambda: self.show_page(key, target)):
            self.show_page(key, target)
        else:
            self.rail.set_current(self.current_key)

    def _on_pane_step_requested(self, step: int) -> None:
        page = self.area.current_page()
        panes = [self.rail.focus_current, self.strip.focus_worker]
        if page is not None:
            panes.insert(1, page.focus_first)
        parents: list[QWidget] = [self.rail, self.strip]
        if page is not None:
            parents.insert(1, page)
        focus = QApplication.focusWidget()
        inside = [focus is not None and parent.isAncestorOf(focus) for parent in parents]
        now = inside.index(True) if True in inside else 0
        panes[(now + step) % len(panes)]()

    def _on_message_focus_requested(self) -> None:
        page = self.area.current_page()
        if self.strip.toast_text or page is None or not page.messages.focus_latest():
            self.strip.focus_toast()

    def scheme(self) -> str:
        """The remembered choice of colours: a value of Scheme."""
        return _scheme(self.state.text("window/scheme")).value

    def choose_scheme(self, name: str) -> None:
        """Show other colours and remember them."""
        self.appearance.set_scheme(_scheme(name))
        self.state.set_text("window/scheme", name)

    def _on_page_requested(self, key: str, target: object) -> None:
        self.go_to(key, target)

    def _on_undo_moved(self, _index: int) -> None:
        """What the toast offers to undo is no longer the last thing that was done."""
        self.strip.close_toast()

    def _on_page_made(self, key: str, page: Page) -> None:
        stack = page.undo_stack()
        if stack is not None:
            self._undo_group.addStack(stack)
        page.restore_state(self.state.page(key))

    def _on_rail_collapse_toggled(self, collapsed: bool) -> None:
        self.state.set_text("window/rail", "narrow" if collapsed else "wide")


def _scheme(name: str) -> Scheme:
    return Scheme(name) if name in list(Scheme) else Scheme.SYSTEM


def _entry(place: int, spec: PageSpec) -> RailEntry:
    keys = f"Ctrl+{place}" if place <= 9 else spec.keys
    return RailEntry(spec.key, spec.title, spec.icon_name, spec.starts_group, keys)
