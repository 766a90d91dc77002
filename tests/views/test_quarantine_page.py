"""The Quarantine page: view, retry, discard with undo, restore, export (M-11)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from typing_extensions import override

from enate_desktop.domain.work_items import End
from enate_desktop.item_models.quarantine_table import QuarantineColumn, size_text
from enate_desktop.mail.mailbox import FolderState
from enate_desktop.mail.parsing import read_message
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.intake import Received
from enate_desktop.services.quarantine import QuarantineService
from enate_desktop.services.work_items import LedgerLine
from enate_desktop.storage.deciding import Ending
from enate_desktop.storage.records import NewMail
from enate_desktop.views.mail_files import file_name
from enate_desktop.views.page import Toast
from enate_desktop.views.quarantine_page import QuarantinePage
from enate_desktop.views.quarantine_steps import QuarantineSteps, outcome_text
from enate_desktop.worker.notifier import ChangeNotifier
from tests.services.test_quarantine import quarantined
from tests.views.page_samples import add_connector, company, letter

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        add_connector(made)
        yield made


def shown(
    qtbot: QtBot, services: Services, notifier: ChangeNotifier | None = None
) -> QuarantinePage:
    made = QuarantinePage(services, notifier or ChangeNotifier())
    qtbot.addWidget(made)
    made.resize(1310, 735)
    with qtbot.waitExposed(made):
        made.show()
    return made


def subjects(page: QuarantinePage) -> list[str]:
    column = QuarantineColumn.SUBJECT
    return [str(page.model.index(row, column).data()) for row in range(page.model.rowCount())]


def test_an_empty_quarantine_says_so(qtbot: QtBot, services: Services) -> None:
    """UI 3.16."""
    page = shown(qtbot, services)
    assert not page.list.table.isVisible()
    assert page.retry.statusTip() == "Choose a mail first."


def test_choosing_a_mail_shows_it_with_the_reason(qtbot: QtBot, services: Services) -> None:
    """M-11: view."""
    quarantined(services)
    page = shown(qtbot, services)
    page.list.table.selectRow(0)
    qtbot.waitUntil(lambda: page.mail.subject == "Broken")
    assert page.list.pane.isVisible()
    assert page.model.index(0, QuarantineColumn.REASON).data() == "It is broken."


def test_discarding_and_taking_it_back(qtbot: QtBot, services: Services) -> None:
    """W-01: done at once, with an undo instead of a question."""
    quarantined(services)
    page = shown(qtbot, services)
    page.list.table.selectRow(0)
    toasts: list[Toast] = []
    page.toast_requested.connect(toasts.append)
    with qtbot.waitSignal(page.badge_changed) as badge:
        page.discard.trigger()
    assert badge.args == [0]
    assert subjects(page) == []
    assert toasts[-1].text == "Discarded “Broken”."
    assert toasts[-1].undo is not None
    toasts[-1].undo()
    assert subjects(page) == ["Broken"]
    page.undo_stack().redo()
    assert subjects(page) == []


def test_del_discards_several(qtbot: QtBot, services: Services) -> None:
    """UI 3.17."""
    for number in range(3):
        quarantined(services, letter("ann@foo.org", f"Mail {number}"))
    page = shown(qtbot, services)
    page.activateWindow()
    page.list.table.setFocus()
    qtbot.waitUntil(page.list.table.hasFocus)
    page.list.table.selectAll()
    QTest.keyClick(page.list.table, Qt.Key.Key_Delete)
    assert subjects(page) == []
    assert page.undo_stack().undoText() == "Discarded 3 mails."


def test_the_discarded_ones_say_who_and_come_back(qtbot: QtBot, services: Services) -> None:
    """W-01: the deletion list, with restore."""
    key = quarantined(services)
    services.quarantine.put_aside([key])
    page = shown(qtbot, services)
    page.discarded_button.click()
    assert page.model.index(0, QuarantineColumn.BY).data() == "anna"
    assert not page.discard.isVisible()
    page.list.table.selectRow(0)
    page.restore.trigger()
    assert subjects(page) == ["Broken"]
    assert services.quarantine.set_aside_lines() == ()


def test_retry_makes_work_of_it(qtbot: QtBot, services: Services) -> None:
    """M-11: retry."""
    quarantined(services)
    notifier = ChangeNotifier()
    page = shown(qtbot, services, notifier)
    page.list.table.selectRow(0)
    with qtbot.waitSignal(notifier.changed) as told:
        page.retry.trigger()
    assert told.args is not None
    assert told.args[0].work_items
    assert subjects(page) == []


@pytest.mark.parametrize(
    ("decided", "left", "text"),
    [
        (1, 0, "1 mail was decided."),
        (2, 0, "2 mails were decided."),
        (0, 1, "1 mail stays in quarantine."),
        (0, 2, "2 mails stay in quarantine."),
        (3, 1, "3 mails were decided; 1 stays in quarantine."),
        (1, 4, "1 mail was decided; 4 stay in quarantine."),
    ],
)
def test_one_toast_says_what_came_of_retrying(decided: int, left: int, text: str) -> None:
    assert outcome_text(decided, left) == text


class OneOfTwo(QuarantineService):
    """Decides the first mail only."""

    @override
    def retry(self, intake_ids: Iterable[int]) -> tuple[Received | None, ...]:
        first, *others = intake_ids
        return Received(1, first, End.CREATED, "Broken", ("100001-T",)), *(None for _ in others)


def test_a_mixed_retry_is_told_in_one_toast(qtbot: QtBot, services: Services) -> None:
    """M-11: retry."""
    for subject in ("Broken", "Broken too"):
        quarantined(services, letter("ann@foo.org", subject))
    owner = QObject()
    steps = QuarantineSteps(OneOfTwo(services.context, services.intake), owner)
    told: list[str] = []
    steps.done.connect(lambda text, _undo: told.append(text))
    steps.retry(services.quarantine.lines())
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["1 mail was decided; 1 stays in quarantine."]


def test_the_badge_counts_more_than_are_listed(qtbot: QtBot, services: Services) -> None:
    connector = services.connectors.get(1)
    epoch = services.intake.epoch(connector, FolderState(1, 1, 0, 0, read_only=False))
    raw, now = letter("ann@foo.org", "Broken"), datetime.now(UTC)
    mails = [NewMail(uid, now, len(raw), raw) for uid in range(1, 1006)]
    stored = services.intake.store(connector, epoch, mails)
    message = read_message(raw)
    with services.context.database.write() as work:
        work.deciding.finish(
            [Ending(key, End.QUARANTINED, message, "It is broken.") for key, _ in stored]
        )
    page = shown(qtbot, services)
    with qtbot.waitSignal(page.badge_changed) as badge:
        page.shown()
    assert badge.args == [1005]
    assert page.waiting_button.text() == "Quarantine (1,005)"
    assert page.model.rowCount() == 1000


def test_several_are_exported_into_a_folder(
    qtbot: QtBot, services: Services, tmp_path: Path
) -> None:
    """M-11: export; names are safe, and none is overwritten."""
    quarantined(services, letter("ann@foo.org", "../up"))
    quarantined(services, letter("ann@foo.org", "CON"))
    page = shown(qtbot, services)
    page.list.table.selectAll()
    folder = tmp_path / "out"
    folder.mkdir()
    with qtbot.waitSignal(page.toast_requested):
        page.export_to(folder)
    with qtbot.waitSignal(page.toast_requested):
        page.export_to(folder)
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 4
    assert all(name.endswith(".eml") for name in names)
    assert b"Subject: CON" in (folder / "mail CON (2).eml").read_bytes()


def test_a_folder_that_is_not_there_is_told(
    qtbot: QtBot, services: Services, tmp_path: Path
) -> None:
    quarantined(services)
    page = shown(qtbot, services)
    page.list.table.selectRow(0)
    page.export_to(tmp_path / "nowhere" / "a.eml")
    qtbot.waitUntil(lambda: bool(page.messages.bars))
    assert "was not written" in page.messages.bars[0].text


def test_a_viewer_is_told_why_not(qtbot: QtBot, tmp_path: Path) -> None:
    """P-01, UI 3.19: disabled with the reason."""
    with company(tmp_path) as made:
        add_connector(made)
        quarantined(made)
    with company(tmp_path, "vera") as services:
        page = shown(qtbot, services)
        page.list.table.selectRow(0)
        assert not page.retry.isEnabled()
        assert "Handle mail" in page.discard.statusTip()
        assert page.export.isEnabled()


class Counting(QuarantineService):
    """Says how often its lines were read."""

    reads = 0

    @override
    def lines(self, limit: int = 1000) -> tuple[LedgerLine, ...]:
        self.reads += 1
        return super().lines(limit)


def test_many_changes_are_read_once_and_hidden_ones_only_counted(
    qtbot: QtBot, services: Services
) -> None:
    """QUALITY: a thousand rows are not read for each mail that comes."""
    notifier = ChangeNotifier()
    counting = Counting(services.context, services.intake)
    page = shown(qtbot, replace(services, quarantine=counting), notifier)
    quarantined(services)
    before = counting.reads
    with qtbot.waitSignal(page.badge_changed) as badge:
        for _ in range(20):
            notifier.notify(Changes(unhandled=True))
    assert (counting.reads, badge.args) == (before + 1, [1])
    page.hide()
    with qtbot.waitSignal(page.badge_changed) as badge:
        notifier.notify(Changes(unhandled=True))
    assert (counting.reads, badge.args) == (before + 1, [1])


def test_what_others_do_is_seen(qtbot: QtBot, services: Services) -> None:
    notifier = ChangeNotifier()
    page = shown(qtbot, services, notifier)
    quarantined(services)
    with qtbot.waitSignal(page.badge_changed) as badge:
        notifier.notify(Changes(unhandled=True))
    assert badge.args == [1]


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Arrivée lundi", "Arrivée lundi (7).eml"),
        ("a/b\\c:d", "a b c d (7).eml"),
        ("", "mail (7).eml"),
        ("...", "mail (7).eml"),
        ("nul.txt", "mail nul.txt (7).eml"),
        ("x\u202egpj.exe", "x gpj.exe (7).eml"),
    ],
)
def test_names_are_safe_everywhere(subject: str, name: str) -> None:
    assert file_name(subject, 7) == name


@pytest.mark.parametrize(
    ("size", "text"), [(412, "412 bytes"), (31_000, "30 KB"), (2_500_000, "2.4 MB")]
)
def test_sizes_in_words(size: int, text: str) -> None:
    assert size_text(size) == text
