"""UI 3.18: colours that can be read, controls of one height, light and dark."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QMenu,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from enate_desktop.views import icons
from enate_desktop.views.appearance import Appearance, Scheme, palette_of, tokens
from enate_desktop.views.icons import icon
from enate_desktop.views.style_sheet import style_sheet
from enate_desktop.views.tokens import DARK, LIGHT, Tokens, tokens_of
from enate_desktop.views.widgets import button, icon_button, label, menu_button, spin_box
from tests.views.conftest import ICONS

SCHEMES = pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: QColor) -> float:
    """Relative luminance, WCAG 2.2."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(p) for p in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio, WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@SCHEMES
@pytest.mark.parametrize(
    ("front", "ground", "least"),
    [
        ("text", "base", 4.5),
        ("text", "window", 4.5),
        ("text", "group_row", 4.5),
        ("text", "selection", 4.5),
        ("secondary", "base", 4.5),
        ("secondary", "window", 4.5),
        ("secondary", "selection", 4.5),
        ("placeholder", "base", 4.5),
        ("accent", "base", 4.5),
        ("on_accent", "accent", 4.5),
        ("on_accent", "accent_hover", 4.5),
        ("on_accent", "error", 4.5),
        ("ok", "ok_tint", 4.5),
        ("warning", "warning_tint", 4.5),
        ("error", "error_tint", 4.5),
        ("error", "base", 4.5),
        ("info", "info_tint", 4.5),
        ("test_mode", "test_mode_tint", 4.5),
        ("text", "test_mode_tint", 4.5),
        ("outline", "base", 3.0),
        ("outline", "window", 3.0),
    ],
)
def test_colours_can_be_told_apart(scheme: Tokens, front: str, ground: str, least: float) -> None:
    """UI 3.18, WCAG 1.4.3 and 1.4.11."""
    assert contrast(scheme.named(front), scheme.named(ground)) >= least


@SCHEMES
def test_the_palette_has_every_colour_group(scheme: Tokens) -> None:
    """UI 3.20: a group left out shows Fusion's own colours in inactive windows."""
    palette = palette_of(scheme)
    role = QPalette.ColorRole
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
        assert palette.color(group, role.Window) == scheme.window
        assert palette.color(group, role.Text) == scheme.text
        assert palette.color(group, role.Highlight) == scheme.selection
    assert palette.color(QPalette.ColorGroup.Disabled, role.Text) == scheme.disabled


@SCHEMES
def test_the_style_sheet_stays_small(scheme: Tokens) -> None:
    """UI 5.24: at most 20 rules."""
    assert style_sheet(scheme).count("{") <= 20


def test_tokens_follow_the_chosen_scheme(appearance: Appearance, qtbot: QtBot) -> None:
    """UI 2, dark mode: the choice is in force at once."""
    assert tokens() == LIGHT
    with qtbot.waitSignal(appearance.changed):
        appearance.set_scheme(Scheme.DARK)
    assert tokens() == DARK
    assert appearance.is_dark


def test_a_foreign_palette_lends_its_colours() -> None:
    """UI 2, high contrast: the system's palette is kept, our painters use its colours."""
    palette = QPalette(QColor("black"))
    palette.setColor(QPalette.ColorRole.Base, QColor("black"))
    palette.setColor(QPalette.ColorRole.Text, QColor("yellow"))
    found = tokens_of(palette)
    assert (found.base, found.text, found.outline) == (
        QColor("black"),
        QColor("yellow"),
        QColor("yellow"),
    )
    assert found.dark


@pytest.mark.parametrize(
    "make",
    [
        QLineEdit,
        QComboBox,
        lambda: spin_box(0, 9),
        lambda: button("Save"),
        lambda: button("Save", icon_name="plus", primary=True),
        lambda: icon_button("x", "Close"),
    ],
    ids=["line", "combo", "spin", "button", "primary", "icon"],
)
def test_controls_are_32_pixels_high(
    appearance: Appearance, qtbot: QtBot, make: Callable[[], QWidget]
) -> None:
    """UI 3.18: controls 32 high."""
    form = QWidget()
    qtbot.addWidget(form)
    column = QVBoxLayout(form)
    widget = make()
    column.addWidget(widget)
    column.addStretch(1)
    form.resize(300, 200)
    form.show()
    qtbot.waitUntil(lambda: widget.height() == 32)


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
@pytest.mark.parametrize("make", [QLineEdit, QCheckBox, QRadioButton, QComboBox])
def test_drawn_outlines_reach_three_to_one(
    appearance: Appearance, qtbot: QtBot, make: Callable[[], QWidget], scheme: Scheme
) -> None:
    """UI 5.20: stock Fusion outlines are below 3:1."""
    appearance.set_scheme(scheme)
    widget = make()
    qtbot.addWidget(widget)
    image = drawn(widget)
    edge = [image.pixelColor(x, image.height() // 2) for x in range(4)]
    assert max(contrast(pixel, tokens().base) for pixel in edge) >= 3


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
@pytest.mark.parametrize("make", [QCheckBox, QRadioButton])
def test_the_focus_of_a_choice_is_a_ring_of_two_pixels(
    appearance: Appearance,
    qtbot: QtBot,
    make: Callable[[str], QCheckBox | QRadioButton],
    scheme: Scheme,
) -> None:
    """WCAG 2.4.7, 1.4.11: checked or not, at 3:1."""
    appearance.set_scheme(scheme)
    form = QWidget()
    qtbot.addWidget(form)
    column = QVBoxLayout(form)
    choice, other = make("Choice"), QLineEdit()
    column.addWidget(choice)
    column.addWidget(other)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()

    def in_accent() -> int:
        image, accent = choice.grab().toImage(), tokens().accent.rgb()
        pixels = ((x, y) for x in range(image.width()) for y in range(image.height()))
        return sum(image.pixel(x, y) == accent for x, y in pixels)

    other.setFocus()
    before = in_accent()
    choice.setFocus()
    words = choice.fontMetrics().horizontalAdvance("Choice")
    assert in_accent() - before >= 2 * 2 * words
    assert contrast(tokens().accent, tokens().base) >= 3


def test_the_focus_is_drawn_in_the_accent_colour(appearance: Appearance, qtbot: QtBot) -> None:
    """WCAG 2.4.7: the focus can be seen."""
    form = QWidget()
    qtbot.addWidget(form)
    column = QVBoxLayout(form)
    first, second = QLineEdit(), QLineEdit()
    column.addWidget(first)
    column.addWidget(second)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    assert tokens().accent.name() in colours(first.grab().toImage())
    assert tokens().accent.name() not in colours(second.grab().toImage())


def test_labels_follow_a_change_of_scheme(appearance: Appearance, qtbot: QtBot) -> None:
    """UI 3.18: a token's colour is the scheme's, also for widgets that exist already."""
    made = label("Never reached", colour="error")
    qtbot.addWidget(made)
    made.show()
    appearance.set_scheme(Scheme.DARK)
    qtbot.waitUntil(lambda: made.palette().color(QPalette.ColorRole.WindowText) == DARK.error)


def test_icons_follow_a_change_of_scheme_by_themselves(appearance: Appearance) -> None:
    """UI 3.18: recoloured from the palette, per mode."""
    one = icon("check")
    assert darkest(one, QIcon.Mode.Normal) == LIGHT.text
    assert darkest(one, QIcon.Mode.Disabled) == LIGHT.disabled
    appearance.set_scheme(Scheme.DARK)
    assert darkest(one, QIcon.Mode.Normal) == DARK.text


def test_an_icon_is_square_at_the_start_of_a_wide_box(appearance: Appearance) -> None:
    """The gap between picture and word in a button is part of the picture."""
    image = icon("circle").pixmap(icons.BESIDE_TEXT).toImage()
    assert image.size() == QSize(20, 16)
    assert all(image.pixelColor(x, y).alpha() == 0 for x in range(16, 20) for y in range(16))
    assert image.pixelColor(1, 8).alpha() > 0


def test_an_unknown_icon_is_an_error() -> None:
    """A misspelt name must not become an empty button."""
    with pytest.raises(LookupError):
        icon("no-such-icon")


@pytest.mark.parametrize("name", sorted(path.stem for path in ICONS.glob("*.svg")))
def test_every_shipped_icon_can_be_drawn(appearance: Appearance, name: str) -> None:
    """UI 3.18: Lucide files, copied with their licence."""
    image = icon(name).pixmap(QSize(20, 20)).toImage()
    assert any(image.pixelColor(x, y).alpha() > 0 for x in range(20) for y in range(20))


def test_the_icons_licence_is_shipped() -> None:
    """ISC and MIT ask for their text to go along."""
    assert "ISC License" in (ICONS / "LICENSE-lucide.txt").read_text()


def test_a_menu_button_has_room_for_its_arrow(appearance: Appearance, qtbot: QtBot) -> None:
    """The arrow must not lie on the word."""
    plain, with_menu = button("Columns"), menu_button("Columns", QMenu())
    qtbot.addWidget(plain)
    qtbot.addWidget(with_menu)
    assert with_menu.sizeHint().width() >= plain.sizeHint().width() + 12


def drawn(widget: QWidget) -> QImage:
    """What a widget looks like."""
    widget.resize(widget.sizeHint())
    return widget.grab().toImage()


def colours(image: QImage) -> set[str]:
    """Every colour in a picture, by name."""
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {image.pixelColor(x, y).name() for x, y in places}


def darkest(one: QIcon, mode: QIcon.Mode) -> QColor:
    """The colour of the most opaque pixel of an icon."""
    image = one.pixmap(QSize(16, 16), mode).toImage()
    pixels = [image.pixelColor(x, y) for x in range(16) for y in range(16)]
    best = max(pixels, key=QColor.alpha)
    return QColor(best.red(), best.green(), best.blue())


@pytest.mark.usefixtures("appearance")
def test_a_list_of_ten_is_whole_and_below_its_field(qtbot: QtBot) -> None:
    """UI 3.20: no entry half hidden behind an arrow."""
    combo = QComboBox()
    qtbot.addWidget(combo)
    combo.addItems([f"Entry {number}" for number in range(10)])
    combo.show()
    combo.showPopup()
    view = combo.view()
    last = view.visualRect(combo.model().index(9, 0))
    assert view.viewport().rect().contains(last)
    assert view.window().geometry().top() >= combo.geometry().bottom()
    combo.hidePopup()
