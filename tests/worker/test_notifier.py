"""The change notifier."""

from pytestqt.qtbot import QtBot

from enate_desktop.worker.notifier import ChangeNotifier


def test_changes_arrive_with_their_initiator(qtbot: QtBot) -> None:
    """ARCHITECTURE 4: a page ignores its own echo."""
    notifier = ChangeNotifier()
    page = object()
    with qtbot.waitSignal(notifier.changed) as caught:
        notifier.notify("changes", page)
    assert caught.args == ["changes", page]
