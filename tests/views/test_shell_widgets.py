"""The controls that pages are made of."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from enate_desktop.domain.addresses import parse_pattern
from enate_desktop.views.accessibility import explain_disabled, plain_tooltip
from enate_desktop.views.widgets import (
    ChipEdit,
    CountBadge,
    ElidedLabel,
    EmptyState,
    FormField,
    PasswordField,
    Toggle,
    label,
)
from enate_desktop.views.widgets.chip import Chip
from enate_desktop.views.widgets.labels import badge_text

Opener = Callable[[QWidget], None]

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def open_widget(qtbot: QtBot) -> Iterator[Opener]:
    """Puts a widget on the screen, in an active window with room around it."""
    holders: list[QWidget] = []

    def show(widget: QWidget) -> None:
        holder = QWidget()
        holders.append(holder)
        qtbot.addWidget(holder)
        column = QVBoxLayout(holder)
        column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(QLineEdit())
        holder.resize(500, 300)
        with qtbot.waitActive(holder):
            holder.show()
            holder.activateWindow()
        widget.setFocus()

    yield show
    holders.clear()


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_a_toggle_is_turned_by_keys(open_widget: Opener, key: Qt.Key) -> None:
    """UI 3.17: Space enables and disables."""
    toggle = Toggle("Enabled")
    open_widget(toggle)
    QTest.keyClick(toggle, key)
    assert toggle.isChecked()
    assert toggle.state_text == "On"


def test_a_locked_toggle_keeps_its_value_and_says_why(qtbot: QtBot, open_widget: Opener) -> None:
    """UI 3.3: never a dead grey switch; C-05."""
    toggle = Toggle("Enabled")
    toggle.set_locked("Test the connection first.")
    open_widget(toggle)
    with qtbot.waitSignal(toggle.locked_clicked) as caught:
        QTest.mouseClick(toggle, Qt.MouseButton.LeftButton)
    assert caught.args == ["Test the connection first."]
    assert not toggle.isChecked()
    assert toggle.toolTip() == "Test the connection first."
    assert toggle.accessibleDescription() == "Test the connection first."
    toggle.set_locked("")
    QTest.mouseClick(toggle, Qt.MouseButton.LeftButton)
    assert toggle.isChecked()


def test_a_toggle_tells_a_reader_its_state(qtbot: QtBot) -> None:
    """WCAG 4.1.2: name and state."""
    toggle = Toggle("Enabled", on_text="On - starts when you save", off_text="Off")
    qtbot.addWidget(toggle)
    face = QAccessible.queryAccessibleInterface(toggle)
    assert face.text(QAccessible.Text.Name) == "Enabled: Off"
    toggle.setChecked(True)
    assert face.text(QAccessible.Text.Name) == "Enabled: On - starts when you save"
    assert face.role() == QAccessible.Role.CheckBox


def test_a_password_is_counted_and_never_cut(open_widget: Opener) -> None:
    """C-01: at most 50 characters, said instead of done."""
    field = PasswordField()
    open_widget(field)
    QGuiApplication.clipboard().setText("x" * 64)
    field.edit.paste()
    assert field.text == "x" * 64
    assert field.problem == "64 characters; the limit is 50."
    field.set_text("x" * 50)
    assert field.problem == ""


def test_a_password_is_shown_only_while_asked(open_widget: Opener) -> None:
    """UI 2: show and hide; the eye says which."""
    field = PasswordField()
    open_widget(field)
    eye = field.findChild(QToolButton)
    assert isinstance(eye, QToolButton)
    assert field.edit.echoMode() == QLineEdit.EchoMode.Password
    eye.click()
    assert field.edit.echoMode() == QLineEdit.EchoMode.Normal
    assert eye.accessibleName() == "Hide password"
    field.setEnabled(False)
    assert field.edit.echoMode() == QLineEdit.EchoMode.Password


@pytest.fixture
def chips(open_widget: Opener) -> ChipEdit:
    """A list of addresses and domains."""
    made = ChipEdit("Sender list includes", lambda text: str(parse_pattern(text)))
    open_widget(made)
    return made


@pytest.mark.parametrize(
    "typed",
    ["a@x.com;b@x.com;", "a@x.com,b@x.com,", "a@x.com\tb@x.com\t", "a@x.com\rb@x.com\r"],
    ids=["semicolon", "comma", "tab", "enter"],
)
def test_separators_make_chips(chips: ChipEdit, typed: str) -> None:
    """R-11: Enter, ``;``, ``,`` and Tab split."""
    keys = {"\t": Qt.Key.Key_Tab, "\r": Qt.Key.Key_Return}
    for mark in typed:
        if mark in keys:
            QTest.keyClick(chips.input, keys[mark])
        else:
            QTest.keyClicks(chips.input, mark)
    assert chips.values() == ("a@x.com", "b@x.com")
    assert chips.input.text() == ""
    assert chips.input.hasFocus()


@pytest.mark.parametrize("text", ["a@x.com; b@x.com", "a@x.com\nb@x.com\n", "a@x.com\r\nb@x.com"])
def test_a_pasted_list_is_split(chips: ChipEdit, text: str) -> None:
    """R-11: new lines are accepted, blanks trimmed."""
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(chips.input, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert chips.values() == ("a@x.com", "b@x.com")
    assert len(chips.findChildren(Chip)) == 2


def test_tab_leaves_an_empty_input(chips: ChipEdit) -> None:
    """The list is no keyboard trap (WCAG 2.1.2)."""
    QTest.keyClick(chips.input, Qt.Key.Key_Tab)
    assert not chips.input.hasFocus()


def test_backspace_edits_the_last_chip(chips: ChipEdit) -> None:
    """UI 3.6: Backspace edits the last."""
    chips.set_values(["a@x.com", "b@x.com"])
    QTest.keyClick(chips.input, Qt.Key.Key_Backspace)
    assert chips.input.text() == "b@x.com"
    assert chips.values() == ("a@x.com", "b@x.com")


def test_repeats_are_merged_with_a_note(chips: ChipEdit) -> None:
    """R-11: repeats merged; UI 3.6: with a note."""
    chips.set_values(["a@x.com"])
    QTest.keyClicks(chips.input, "A@x.com;")
    assert chips.values() == ("a@x.com",)
    assert chips.note == "Already in the list: a@x.com"


def test_an_unusable_value_stays_and_says_why(chips: ChipEdit) -> None:
    """R-11: text is never silently dropped."""
    QTest.keyClicks(chips.input, "a*b@x.com;c@x.com;")
    assert chips.values() == ("a*b@x.com", "c@x.com")
    ((value, reason),) = chips.problems
    assert value == "a*b@x.com"
    assert chips.note == reason
    assert "a*b@x.com" in reason


def test_values_are_shown_as_they_are_stored(chips: ChipEdit) -> None:
    """Q-7: ``*acme.com`` is stored as ``*@acme.com``."""
    QTest.keyClicks(chips.input, "*acme.com;")
    assert chips.values() == ("*@acme.com",)


def test_text_still_being_typed_counts(chips: ChipEdit) -> None:
    """R-11: Save must not lose what was typed without Enter."""
    QTest.keyClicks(chips.input, "a@x.com")
    assert chips.values() == ("a@x.com",)


def test_leaving_the_field_makes_the_chip(chips: ChipEdit) -> None:
    """UI 2: validate on leave."""
    QTest.keyClicks(chips.input, "a@x.com")
    chips.input.clearFocus()
    assert len(chips.findChildren(Chip)) == 1


def test_a_quoted_phrase_keeps_its_separators(open_widget: Opener) -> None:
    """Q-3: ``"quoted"`` is one value, with a comma in it too."""
    chips = ChipEdit("Key words")
    open_widget(chips)
    QTest.keyClicks(chips.input, '"dear sir, urgent";invoice;')
    assert chips.values() == ('"dear sir, urgent"', "invoice")


def test_chips_can_be_edited_as_text(chips: ChipEdit) -> None:
    """UI 3.6: the semicolon list as Enate shows it."""
    chips.set_values(["a@x.com", "b@x.com"])
    mode = chips.findChild(QToolButton)
    text = chips.findChild(QPlainTextEdit)
    assert isinstance(mode, QToolButton)
    assert isinstance(text, QPlainTextEdit)
    mode.click()
    assert text.toPlainText() == "a@x.com; b@x.com"
    text.setPlainText("b@x.com\nc@x.com")
    assert chips.values() == ("b@x.com", "c@x.com")
    mode.click()
    assert chips.values() == ("b@x.com", "c@x.com")
    assert len([c for c in chips.findChildren(Chip) if not c.isHidden()]) == 2


def test_a_chip_is_removed_by_its_cross(qtbot: QtBot, chips: ChipEdit) -> None:
    """Everything by a pointer without typing."""
    chips.set_values(["a@x.com", "b@x.com"])
    first = chips.findChildren(Chip)[0]
    first.resize(first.sizeHint())
    with qtbot.waitSignal(chips.changed):
        place = first.rect().center()
        place.setX(first.width() - 8)
        QTest.mouseClick(first, Qt.MouseButton.LeftButton, pos=place)
    assert chips.values() == ("b@x.com",)


def test_setting_values_is_not_an_edit(qtbot: QtBot, chips: ChipEdit) -> None:
    """A form that loads is not dirty."""
    with qtbot.assertNotEmitted(chips.changed):
        chips.set_values(["a@x.com"])


def test_a_read_only_list_cannot_be_changed(chips: ChipEdit) -> None:
    """R-03: the rules of a fallback are read-only."""
    chips.set_values(["a@x.com"])
    chips.set_read_only(True)
    chip = chips.findChildren(Chip)[0]
    chip.setFocus()
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert chips.values() == ("a@x.com",)
    assert chips.input.isHidden()


def test_a_field_shows_its_error_in_words(open_widget: Opener) -> None:
    """UI 2: errors under the field; WCAG 3.3.1."""
    edit = QLineEdit()
    field = FormField("Primary Email Address", edit, hint="The mailbox's own address.")
    open_widget(field)
    field.set_error("Write name@domain.")
    assert field.error == "Write name@domain."
    assert edit.accessibleName() == "Primary Email Address"
    assert edit.accessibleDescription() == "Write name@domain. The mailbox's own address."
    assert "Write name@domain." in [part.text() for part in field.findChildren(QLabel)]
    field.set_error("")
    assert field.error == ""
    assert edit.accessibleDescription() == "The mailbox's own address."


def test_a_cut_text_is_whole_in_the_tooltip(qtbot: QtBot) -> None:
    """UI 5.28: long paths are elided, the tooltip has all."""
    path = "Acme › HR services 2026 › Onboarding › New starter"
    made = ElidedLabel(path)
    qtbot.addWidget(made)
    assert made.toolTip() == path
    assert made.minimumSizeHint().width() < made.sizeHint().width()


@pytest.mark.parametrize(("count", "text"), [(1, "1"), (99, "99"), (100, "99+")])
def test_a_badge_stays_short(count: int, text: str) -> None:
    """UI 3.1: counts for things that need a person."""
    assert badge_text(count) == text


def test_a_badge_of_nothing_is_not_shown(qtbot: QtBot) -> None:
    """UI 3.1: no zero in the rail."""
    badge = CountBadge(3)
    qtbot.addWidget(badge)
    badge.set_count(0)
    assert badge.isHidden()


def test_an_empty_state_has_room_for_all_its_words(qtbot: QtBot) -> None:
    """UI 3.16: text and action."""
    words = "Routes belong to a connector. " * 5
    state = EmptyState("route", "No routes", words)
    qtbot.addWidget(state)
    state.resize(900, 500)
    state.show()
    (text,) = (part for part in state.findChildren(QLabel) if part.text() == words)
    qtbot.waitUntil(lambda: text.height() >= text.heightForWidth(text.width()) > 30)


def test_labels_show_markup_as_text(qtbot: QtBot) -> None:
    """UI 5.36."""
    made = label("<b>x</b>")
    qtbot.addWidget(made)
    assert made.textFormat() == Qt.TextFormat.PlainText
    assert plain_tooltip("<b>x</b>") == '<p style="white-space:pre-wrap">&lt;b&gt;x&lt;/b&gt;</p>'
    assert plain_tooltip("plain") == "plain"


def test_a_disabled_control_says_why(qtbot: QtBot) -> None:
    """UI 3.19: reason in the tooltip and in the accessible description."""
    edit = QLineEdit()
    qtbot.addWidget(edit)
    explain_disabled(edit, "The fallback's address is the connector's.")
    assert not edit.isEnabled()
    assert edit.toolTip() == edit.accessibleDescription() != ""
    explain_disabled(edit, "")
    assert edit.isEnabled()
