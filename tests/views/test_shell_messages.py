"""Message bars, their stack, and the status strip."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from enate_desktop.domain.errors import StaleError
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.message_bar import MessageAction, MessageBar, MessageKind, MessageStack
from enate_desktop.views.page import Toast
from enate_desktop.views.status_strip import StatusStrip, WorkerKind, WorkerState


@pytest.fixture
def stack(appearance: Appearance, qtbot: QtBot) -> Iterator[MessageStack]:
    """An empty stack on the screen."""
    holder = QWidget()
    qtbot.addWidget(holder)
    made = MessageStack(holder)
    holder.show()
    yield made
    holder.close()


@pytest.fixture
def strip(appearance: Appearance, qtbot: QtBot) -> StatusStrip:
    """A strip on the screen, 800 pixels wide."""
    made = StatusStrip()
    qtbot.addWidget(made)
    made.resize(800, 40)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def shown(stack: MessageStack) -> list[str]:
    """The texts of the bars that are not hidden, newest first."""
    return [bar.text for bar in stack.bars if not bar.isHidden()]


def more_button(stack: MessageStack) -> QPushButton:
    """The "+ 3 more" button."""
    return next(
        b for b in stack.findChildren(QPushButton) if not isinstance(b.parent(), MessageBar)
    )


def test_at_most_two_messages_are_stacked(stack: MessageStack) -> None:
    """UI 2: never more than two, then "+ 3 more"."""
    for number in range(1, 6):
        stack.show_message(MessageKind.INFO, f"Message {number}")
    assert shown(stack) == ["Message 5", "Message 4"]
    assert more_button(stack).text() == "+ 3 more"
    more_button(stack).click()
    assert shown(stack) == [f"Message {number}" for number in (5, 4, 3, 2, 1)]
    assert more_button(stack).isHidden()


def test_an_older_message_comes_back_when_a_newer_one_goes(stack: MessageStack) -> None:
    """Nothing is lost behind the newer ones."""
    for number in (1, 2, 3):
        stack.show_message(MessageKind.INFO, f"Message {number}")
    stack.dismiss("Message 3")
    assert shown(stack) == ["Message 2", "Message 1"]


def test_the_same_key_takes_the_place_of_the_older_message(stack: MessageStack) -> None:
    """A drag that is refused ten times says so once."""
    for place in (1, 2, 3):
        stack.show_message(MessageKind.WARNING, f"Sorted by column {place}", key="sorted")
    assert shown(stack) == ["Sorted by column 3"]


def test_an_empty_stack_takes_no_room(stack: MessageStack) -> None:
    """UI 2: inserted in the layout, no reserved space."""
    assert stack.isHidden()
    stack.show_message(MessageKind.INFO, "Message")
    assert not stack.isHidden()
    stack.clear()
    assert stack.isHidden()
    assert stack.bars == ()


def test_an_action_closes_its_bar_and_runs(stack: MessageStack) -> None:
    """A remedy that was taken needs no message any more."""
    done: list[str] = []
    bar = stack.show_message(
        MessageKind.WARNING, "Sort first", MessageAction("Sort", lambda: done.append("sorted"))
    )
    bar.buttons[0].click()
    assert done == ["sorted"]
    assert stack.bars == ()


def test_an_action_may_leave_its_bar_open(stack: MessageStack) -> None:
    """Copying a report leaves the message."""
    bar = stack.show_message(
        MessageKind.ERROR, "Oops", MessageAction("Copy report", lambda: None, closes=False)
    )
    bar.buttons[0].click()
    assert shown(stack) == ["Oops"]


def test_a_message_can_go_by_itself(stack: MessageStack, qtbot: QtBot) -> None:
    """UI 3.5: the reason why a drag does not start stays for a while."""
    bar = stack.show_message(MessageKind.INFO, "Message", seconds=0.01)
    with qtbot.waitSignal(bar.closed):
        assert shown(stack) == ["Message"]
    assert stack.bars == ()


def test_the_cross_closes_a_bar(stack: MessageStack) -> None:
    """UI 2: icon, text, at most two buttons, close."""
    bar = stack.show_message(MessageKind.INFO, "Message")
    cross = bar.findChild(QToolButton)
    assert isinstance(cross, QToolButton)
    assert cross.accessibleName() == "Close message"
    cross.click()
    assert stack.bars == ()


def test_three_buttons_are_refused(appearance: Appearance, qtbot: QtBot) -> None:
    """UI 2: at most two buttons."""
    actions = tuple(MessageAction(text, lambda: None) for text in "abc")
    with pytest.raises(ValueError, match="two buttons"):
        MessageBar(MessageKind.INFO, "Message", actions)


def test_markup_in_a_message_is_shown_as_text(stack: MessageStack) -> None:
    """UI 5.36: a subject with markup must not render."""
    bar = stack.show_message(MessageKind.INFO, 'Moved "<b>x</b><img src=http://h/i.png>"')
    label = bar.findChild(QLabel)
    assert isinstance(label, QLabel)
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_known_error_is_shown_as_its_sentence(stack: MessageStack) -> None:
    """ARCHITECTURE 6: title and message are for the person."""
    stack.show_error(StaleError("Somebody else saved first.", "Look at the change."))
    assert shown(stack) == ["Somebody else saved first. Look at the change."]
    assert stack.bars[0].kind is MessageKind.ERROR


@pytest.mark.parametrize("kind", list(MessageKind))
def test_every_kind_says_what_it_is(stack: MessageStack, kind: MessageKind) -> None:
    """UI 3.18: meaning is never colour alone."""
    bar = stack.show_message(kind, "Message")
    assert bar.accessibleName() == f"{kind.value}: Message"


def undo_button(strip: StatusStrip) -> QPushButton:
    """The toast's Undo."""
    return next(b for b in strip.findChildren(QPushButton) if b.text() == "Undo")


def test_a_toast_offers_undo_once(strip: StatusStrip) -> None:
    """UI 2: undo is better than a question."""
    undone: list[str] = []
    strip.show_toast(Toast("Deleted “France”.", lambda: undone.append("France")))
    assert strip.toast_text == "Deleted “France”."
    undo_button(strip).click()
    assert undone == ["France"]
    assert strip.toast_text == ""
    assert not strip.focus_toast()


def test_a_toast_without_undo_has_no_button(strip: StatusStrip) -> None:
    """A button that does nothing is a lie."""
    strip.show_toast(Toast("Exported 28 routes."))
    assert undo_button(strip).isHidden()


def test_a_newer_toast_takes_the_place_of_the_older_one(strip: StatusStrip) -> None:
    """One toast at a time."""
    strip.show_toast(Toast("One", lambda: None))
    strip.show_toast(Toast("Two"))
    assert strip.toast_text == "Two"
    assert undo_button(strip).isHidden()


def test_the_last_toast_comes_back_with_the_focus(strip: StatusStrip, qtbot: QtBot) -> None:
    """UI 2: the last one stays reachable with F8."""
    strip.show_toast(Toast("Moved.", lambda: None))
    cross = next(b for b in strip.findChildren(QToolButton) if b.accessibleName())
    cross.click()
    assert strip.toast_text == ""
    assert strip.focus_toast()
    assert strip.toast_text == "Moved."
    qtbot.waitUntil(undo_button(strip).hasFocus)


def test_a_toast_goes_after_its_time(
    appearance: Appearance, qtbot: QtBot, strip: StatusStrip
) -> None:
    """UI 2: a toast times out."""
    strip.set_toast_seconds(0.01)
    strip.show_toast(Toast("Moved."))
    qtbot.waitUntil(lambda: strip.toast_text == "")


def test_a_toast_waits_while_the_focus_is_on_it(strip: StatusStrip, qtbot: QtBot) -> None:
    """UI 2: pauses on hover and focus."""
    strip.set_toast_seconds(0.05)
    strip.show_toast(Toast("Moved.", lambda: None))
    assert strip.focus_toast()
    qtbot.waitUntil(lambda: strip.toast_waits)
    assert strip.toast_text == "Moved."
    undo_button(strip).clearFocus()
    qtbot.waitUntil(lambda: strip.toast_text == "")


def test_a_toast_waits_under_the_pointer(strip: StatusStrip, qtbot: QtBot) -> None:
    """UI 2: pauses on hover."""
    strip.set_toast_seconds(0.05)
    strip.show_toast(Toast("Moved.", lambda: None))
    view = undo_button(strip).parentWidget()
    assert view is not None
    point = QPointF(5, 5)
    QApplication.sendEvent(view, QEnterEvent(point, point, point))
    assert strip.toast_waits
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: strip.toast_text == "")


def test_the_workers_state_is_in_words_and_opens_on_click(strip: StatusStrip, qtbot: QtBot) -> None:
    """UI 3.1: words, shape and colour; clicking opens the monitor."""
    strip.set_worker(WorkerState(WorkerKind.FAILING, "Worker: 1 connector stopped", "Payroll DE"))
    assert strip.worker_text == "Worker: 1 connector stopped"
    with qtbot.waitSignal(strip.worker_clicked):
        strip.focus_worker()
        QTest.keyClick(strip.focusWidget(), Qt.Key.Key_Space)
