"""How the program looks: Fusion, our two palettes, light or dark by choice or by system."""

from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from enate_desktop.views import fonts, icons
from enate_desktop.views.style_sheet import style_sheet
from enate_desktop.views.tokens import DARK, LIGHT, Tokens, tokens

__all__ = ["Appearance", "Scheme", "Tokens", "palette_of", "tokens"]


class Scheme(StrEnum):
    """The choice in the View menu."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Appearance(QObject):
    """Applies a scheme to the whole application and follows the system's changes.

    Make it once, before the first widget. ``changed`` comes after the new colours are in force;
    painters that ask ``tokens()`` need not listen.
    """

    changed = Signal()

    def __init__(self, application: QApplication, icon_folder: str) -> None:
        super().__init__(application)
        self._application = application
        self._system_palette = QPalette(application.palette())
        self._scheme = Scheme.SYSTEM
        self._shown: tuple[bool, bool] | None = None
        icons.install(icon_folder)
        application.setStyle(QStyleFactory.create("Fusion"))
        fonts.prepare(application)
        application.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._apply()

    @property
    def scheme(self) -> Scheme:
        """What was chosen, not what is shown: SYSTEM stays SYSTEM."""
        return self._scheme

    @property
    def is_dark(self) -> bool:
        """Whether the dark colours are in force."""
        return tokens().dark

    def set_scheme(self, scheme: Scheme) -> None:
        """Choose light, dark, or whatever the system says."""
        self._scheme = scheme
        hints = self._application.styleHints()
        if scheme is Scheme.SYSTEM:
            hints.unsetColorScheme()
        else:
            dark = scheme is Scheme.DARK
            hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
        self._apply()

    def _on_system_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        dark = self._wants_dark()
        contrast = has_high_contrast()
        if self._shown == (dark, contrast):
            return
        self._shown = (dark, contrast)
        if contrast:
            self._application.setStyleSheet("")
            self._application.setPalette(self._system_palette)
        else:
            scheme_tokens = DARK if dark else LIGHT
            self._application.setPalette(palette_of(scheme_tokens))
            self._application.setStyleSheet(style_sheet(scheme_tokens))
        self.changed.emit()

    def _wants_dark(self) -> bool:
        if self._scheme is Scheme.SYSTEM:
            return self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._scheme is Scheme.DARK


def has_high_contrast() -> bool:
    """Whether the system asks for strong contrast; its own palette is kept then."""
    hints = QGuiApplication.styleHints()
    if not hasattr(hints, "accessibility"):  # Qt < 6.10 cannot tell
        return False
    wanted = hints.accessibility().contrastPreference()
    return wanted == Qt.ContrastPreference.HighContrast


def palette_of(scheme: Tokens) -> QPalette:
    """The palette of a scheme with all three colour groups set."""
    role = QPalette.ColorRole
    group = QPalette.ColorGroup
    palette = QPalette()
    common: dict[QPalette.ColorRole, QColor] = {
        role.Window: scheme.window,
        role.WindowText: scheme.text,
        role.Base: scheme.base,
        role.AlternateBase: scheme.group_row,
        role.Text: scheme.text,
        role.Button: scheme.base,
        role.ButtonText: scheme.text,
        role.BrightText: scheme.error,
        role.ToolTipBase: scheme.base,
        role.ToolTipText: scheme.text,
        role.PlaceholderText: scheme.placeholder,
        role.Highlight: scheme.selection,
        role.HighlightedText: scheme.text,
        role.Accent: scheme.accent,
        role.Link: scheme.accent,
        role.LinkVisited: scheme.test_mode,
        role.Light: scheme.base,
        role.Midlight: scheme.hover,
        role.Mid: scheme.line,
        role.Dark: scheme.outline,
        role.Shadow: scheme.outline,
    }
    for colour_group in (group.Active, group.Inactive, group.Disabled):
        for colour_role, colour in common.items():
            palette.setColor(colour_group, colour_role, colour)
    for colour_role in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(group.Disabled, colour_role, scheme.disabled)
    palette.setColor(group.Disabled, role.Base, scheme.window)
    palette.setColor(group.Disabled, role.Accent, scheme.disabled)
    return palette
