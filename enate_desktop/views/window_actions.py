"""The window's own actions: pages, colours, panes, help."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMessageBox, QToolButton, QWidget

from enate_desktop.views.accessibility import describe
from enate_desktop.views.appearance import Appearance, Scheme
from enate_desktop.views.errors import versions
from enate_desktop.views.icons import icon
from enate_desktop.views.menus import Menus, action
from enate_desktop.views.page import MenuName
from enate_desktop.views.page_area import PageSpec
from enate_desktop.views.shortcuts_dialog import ShortcutsDialog

_NUMBERED = 9


class WindowActions(QObject):
    """Fills the lasting part of the menus; what they ask for comes out as signals."""

    page_chosen = Signal(str)
    pane_step_requested = Signal(int)
    message_focus_requested = Signal()
    scheme_chosen = Signal(str)
    commands_requested = Signal()

    def __init__(
        self, window: QWidget, menus: Menus, specs: Sequence[PageSpec], appearance: Appearance
    ) -> None:
        super().__init__(window)
        self._window = window
        self._menus = menus
        self._appearance = appearance
        menus.add(MenuName.FILE, [self._quit()])
        menus.add(MenuName.VIEW, [self._page(n, spec) for n, spec in enumerate(specs, start=1)])
        menus.add(MenuName.VIEW, self._panes())
        menus.add(MenuName.VIEW, [self._colours()])
        menus.add(MenuName.HELP, self._help())
        menus.set_corner(self._commands_button())

    def show_shortcuts(self) -> ShortcutsDialog:
        """Open the list of shortcuts."""
        dialog = ShortcutsDialog(self._menus.with_shortcuts(), self._keys_in_lists(), self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _quit(self) -> QAction:
        made = action(
            self,
            self.tr("Quit"),
            keys="Ctrl+Q",
            role=QAction.MenuRole.QuitRole,
        )
        made.triggered.connect(self._window.close)
        return made

    def _page(self, place: int, spec: PageSpec) -> QAction:
        number = f"Ctrl+{place}" if place <= _NUMBERED else ""
        title = spec.title.replace("&", "&&")
        made = action(self, title, keys=f"{number}|{spec.keys}", icon_name=spec.icon_name)
        made.triggered.connect(lambda: self.page_chosen.emit(spec.key))
        return made

    def _panes(self) -> list[QAction]:
        forward = action(self, self.tr("Next pane"), keys="F6")
        forward.triggered.connect(lambda: self.pane_step_requested.emit(1))
        back = action(self, self.tr("Previous pane"), keys="Shift+F6")
        back.triggered.connect(lambda: self.pane_step_requested.emit(-1))
        message = action(self, self.tr("Last message"), keys="F8")
        message.triggered.connect(self.message_focus_requested)
        return [forward, back, message]

    def _colours(self) -> QAction:
        menu = QMenu(self.tr("Colours"), self._window)
        group = QActionGroup(menu)
        texts = {
            Scheme.SYSTEM: self.tr("Like the system"),
            Scheme.LIGHT: self.tr("Light"),
            Scheme.DARK: self.tr("Dark"),
        }
        for scheme, text in texts.items():
            made = action(menu, text)
            made.setCheckable(True)
            made.setChecked(scheme is self._appearance.scheme)
            made.triggered.connect(lambda _on, scheme=scheme: self.scheme_chosen.emit(scheme))
            group.addAction(made)
            menu.addAction(made)
        return menu.menuAction()

    def _help(self) -> list[QAction]:
        commands = action(self, self.tr("Search or run a command"), keys="Ctrl+K")
        commands.setIcon(icon("search"))
        commands.triggered.connect(self.commands_requested)
        text = self.tr("Keyboard shortcuts")
        shortcuts = action(self, text, keys="F1|Ctrl+/", icon_name="circle-help")
        shortcuts.triggered.connect(lambda: self.show_shortcuts())
        about = action(self, self.tr("About Enate Desktop"), role=QAction.MenuRole.AboutRole)
        about.triggered.connect(self._on_about_triggered)
        return [commands, shortcuts, about]

    def _commands_button(self) -> QWidget:
        keys = QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText)
        words = self.tr("Search or run a command")
        made = QToolButton(self._window)  # a corner widget without a holder is collected
        made.setText(f"{words}   {keys}")
        made.setIcon(icon("search"))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setAutoRaise(True)
        made.setStyleSheet("padding: 0 8px;")  # as low as the bar it stands in
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        describe(made, words)
        made.clicked.connect(self.commands_requested)
        return made

    def _on_about_triggered(self) -> None:
        QMessageBox.about(self._window, self.tr("About Enate Desktop"), versions())

    def _keys_in_lists(self) -> tuple[tuple[str, str], ...]:
        return (
            (self.tr("Open or fold"), "Enter"),
            (self.tr("Enable or disable"), self.tr("Space")),
            (self.tr("Move a route up or down"), "Alt+Up, Alt+Down"),
            (self.tr("Move a route to the top or bottom"), "Alt+Home, Alt+End"),
            (self.tr("Move to position"), "Ctrl+Shift+M"),
            (self.tr("Search in the group"), "Ctrl+F"),
            (self.tr("Fold or unfold all groups"), "Ctrl+Shift+Left, Ctrl+Shift+Right"),
            (self.tr("Delete, with undo"), "Del"),
            (self.tr("Close the pane or clear the search"), "Esc"),
        )
