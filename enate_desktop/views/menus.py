"""The menu bar: the discoverable list of every action and its keys."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QUndoGroup
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar, QWidget

from enate_desktop.views.icons import icon
from enate_desktop.views.page import MenuName

_MNEMONIC = re.compile("&(.)")


class Menus(QObject):
    """Holds the six menus; each has a lasting part and, above it, the current page's part.

    A menu without any action is not shown.
    """

    def __init__(self, window: QMainWindow, undo_group: QUndoGroup) -> None:
        super().__init__(window)
        titles = {
            MenuName.FILE: self.tr("&File"),
            MenuName.EDIT: self.tr("&Edit"),
            MenuName.VIEW: self.tr("&View"),
            MenuName.ROUTE: self.tr("&Route"),
            MenuName.WORKER: self.tr("&Worker"),
            MenuName.HELP: self.tr("&Help"),
        }
        # Menus of menuBar().addMenu() are invalid once the bar's Python wrapper is collected.
        self._bar = QMenuBar(window)
        self._menus = {name: QMenu(text, self._bar) for name, text in titles.items()}
        for menu in self._menus.values():
            self._bar.addMenu(menu)
        window.setMenuBar(self._bar)
        self._page_actions: list[tuple[QMenu, QAction]] = []
        self._separators: list[tuple[QMenu, QAction]] = []
        self.add(MenuName.EDIT, self._undo_actions(undo_group))
        self._hide_empty()

    def menu(self, name: MenuName) -> QMenu:
        """The menu itself, for submenus."""
        return self._menus[name]

    def add(self, name: MenuName, actions: Iterable[QAction]) -> None:
        """Add lasting actions at the foot of a menu, after a line when it has some already."""
        menu = self._menus[name]
        if menu.actions():
            menu.addSeparator()
        for action in actions:
            menu.addAction(action)
        self._hide_empty()

    def show_page_actions(self, actions: Mapping[MenuName, Sequence[QAction]]) -> None:
        """Put these actions at the head of their menus in place of the former page's."""
        for menu, action in (*self._page_actions, *self._separators):
            menu.removeAction(action)
        for _, separator in self._separators:
            separator.deleteLater()
        self._page_actions, self._separators = [], []
        for name, wanted in actions.items():
            self._insert(self._menus[name], wanted)
        self._hide_empty()

    def with_shortcuts(self) -> list[tuple[str, list[QAction]]]:
        """Menu title and the actions that have keys, menu by menu."""
        result: dict[str, list[QAction]] = {}
        for title, action in self.everything():
            if not action.shortcut().isEmpty():
                result.setdefault(title, []).append(action)
        return list(result.items())

    def everything(self) -> Iterator[tuple[str, QAction]]:
        """Menu title and action, for every action of every menu."""
        for menu in self._menus.values():
            for action in _leaves(menu):
                yield menu.title().replace("&", ""), action

    def set_corner(self, widget: QWidget) -> None:
        """Show a control at the end of the menu bar; systems with one bar for all have no room."""
        self._bar.setCornerWidget(widget, Qt.Corner.TopRightCorner)

    def _insert(self, menu: QMenu, actions: Sequence[QAction]) -> None:
        before = next(iter(menu.actions()), None)
        for action in actions:
            menu.insertAction(before, action) if before else menu.addAction(action)
            self._page_actions.append((menu, action))
        if before is not None and actions:
            # Our own action: the wrapper of insertSeparator()'s does not live as long as the menu.
            separator = QAction(self)
            separator.setSeparator(True)
            menu.insertAction(before, separator)
            self._separators.append((menu, separator))

    def _undo_actions(self, group: QUndoGroup) -> tuple[QAction, QAction]:
        undo = group.createUndoAction(self, self.tr("Undo"))
        undo.setShortcut(QKeySequence("Ctrl+Z"))
        undo.setIcon(icon("undo-2"))
        redo = group.createRedoAction(self, self.tr("Redo"))
        redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        redo.setIcon(icon("redo-2"))
        return undo, redo

    def _hide_empty(self) -> None:
        for menu in self._menus.values():
            menu.menuAction().setVisible(not menu.isEmpty())


def action(
    parent: QObject,
    text: str,
    *,
    keys: str = "",
    icon_name: str = "",
    role: QAction.MenuRole = QAction.MenuRole.NoRole,
) -> QAction:
    """An action with a fixed menu role (macOS guesses from words otherwise, UI 5.37).

    ``keys`` lists shortcuts by ``|`` (``"F1|Ctrl+/"``); Ctrl is Cmd on macOS.
    """
    made = QAction(text, parent)
    made.setMenuRole(role)
    if icon_name:
        made.setIcon(icon(icon_name))
    made.setShortcuts([QKeySequence(sequence) for sequence in keys.split("|") if sequence])
    return made


def explain(made: QAction, reason: str) -> None:
    """Enable an action, or disable it and say why in its tooltip."""
    made.setEnabled(not reason)
    made.setStatusTip(reason)
    made.setToolTip(reason or made.text())


def plain_text(action: QAction) -> str:
    """An action's words without the marks of mnemonics."""
    return _MNEMONIC.sub(r"\1", action.text())


def _leaves(menu: QMenu) -> list[QAction]:
    found = []
    for entry in menu.actions():
        submenu = entry.menu()
        if isinstance(submenu, QMenu):
            found.extend(_leaves(submenu))
        elif not entry.isSeparator():
            found.append(entry)
    return found
