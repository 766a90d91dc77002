"""The named colours of the interface, light and dark, for painters and delegates."""

from dataclasses import dataclass, fields, replace

from PySide6.QtGui import QColor, QGuiApplication, QPalette


@dataclass(frozen=True, slots=True)
class Tokens:
    """One scheme's colours; each ``x`` is readable on ``base`` and on its own ``x_tint``."""

    window: QColor
    base: QColor
    group_row: QColor
    hover: QColor
    selection: QColor
    text: QColor
    secondary: QColor
    placeholder: QColor
    disabled: QColor
    line: QColor
    outline: QColor
    accent: QColor
    on_accent: QColor
    accent_hover: QColor
    ok: QColor
    ok_tint: QColor
    warning: QColor
    warning_tint: QColor
    error: QColor
    error_tint: QColor
    info: QColor
    info_tint: QColor
    test_mode: QColor
    test_mode_tint: QColor
    dark: bool = False

    def named(self, name: str) -> QColor:
        """The colour of that token name; KeyError for an unknown name."""
        if name not in _COLOUR_NAMES:
            raise KeyError(name)
        colour: QColor = getattr(self, name)
        return colour


_COLOUR_NAMES = frozenset(field.name for field in fields(Tokens)) - {"dark"}

LIGHT = Tokens(
    window=QColor("#F5F6F8"),
    base=QColor("#FFFFFF"),
    group_row=QColor("#EDF0F4"),
    hover=QColor("#F0F4FA"),
    selection=QColor("#DCE8FB"),
    text=QColor("#1B2430"),
    secondary=QColor("#475467"),
    placeholder=QColor("#667085"),
    disabled=QColor("#98A1B0"),
    line=QColor("#DDE2E9"),
    outline=QColor("#7F8896"),
    accent=QColor("#1D5FC4"),
    on_accent=QColor("#FFFFFF"),
    accent_hover=QColor("#184FA6"),
    ok=QColor("#12703F"),
    ok_tint=QColor("#E6F5EC"),
    warning=QColor("#7A4F00"),
    warning_tint=QColor("#FFF3D6"),
    error=QColor("#B3261E"),
    error_tint=QColor("#FDECEA"),
    info=QColor("#17509E"),
    info_tint=QColor("#E8F1FD"),
    test_mode=QColor("#6A35B8"),
    test_mode_tint=QColor("#F1EAFB"),
)

DARK = Tokens(
    window=QColor("#15181D"),
    base=QColor("#1C2027"),
    group_row=QColor("#272D37"),
    hover=QColor("#232932"),
    selection=QColor("#24406B"),
    text=QColor("#E9ECF1"),
    secondary=QColor("#B3BCC9"),
    placeholder=QColor("#98A2B3"),
    disabled=QColor("#6B7585"),
    line=QColor("#333B47"),
    outline=QColor("#7D8899"),
    accent=QColor("#86B4FF"),
    on_accent=QColor("#0B1524"),
    accent_hover=QColor("#A6C8FF"),
    ok=QColor("#63D69C"),
    ok_tint=QColor("#15301F"),
    warning=QColor("#F4C566"),
    warning_tint=QColor("#3A2C0B"),
    error=QColor("#FF9089"),
    error_tint=QColor("#40191A"),
    info=QColor("#93BEFF"),
    info_tint=QColor("#16294A"),
    test_mode=QColor("#C7A6FF"),
    test_mode_tint=QColor("#2E2147"),
    dark=True,
)


_found: dict[int, Tokens] = {}
"""The answer for the last palette, by its cache key."""


def tokens() -> Tokens:
    """The colours of the palette now in force; ask once per paint, do not keep them."""
    palette = QGuiApplication.palette()
    key = palette.cacheKey()
    if key not in _found:
        _found.clear()
        _found[key] = tokens_of(palette)
    return _found[key]


def tokens_of(palette: QPalette) -> Tokens:
    """The colours that go with a palette: ours, or the system's own in a contrast theme."""
    window = palette.color(QPalette.ColorRole.Window)
    for ours in (LIGHT, DARK):
        if window == ours.window:
            return ours
    return _borrowed(palette, DARK if window.lightness() < 128 else LIGHT)


def _borrowed(palette: QPalette, nearest: Tokens) -> Tokens:
    """The nearest of our schemes, its ground and text taken from a foreign palette."""
    role = QPalette.ColorRole
    base, text = palette.color(role.Base), palette.color(role.Text)
    return replace(
        nearest,
        window=palette.color(role.Window),
        base=base,
        group_row=palette.color(role.AlternateBase),
        hover=base,
        selection=palette.color(role.Highlight),
        text=text,
        secondary=text,
        placeholder=text,
        line=text,
        outline=text,
        accent=palette.color(role.Highlight),
        on_accent=palette.color(role.HighlightedText),
        accent_hover=palette.color(role.Highlight),
    )
