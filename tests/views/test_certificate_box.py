"""The certificate box: drops that are taken and refused, reading, facts, warnings, keyboard."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QMouseEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from enate_desktop.domain.certificates import CertificateFacts, CertificateReading
from enate_desktop.domain.errors import InputError
from enate_desktop.services.certificates import CertificateService
from enate_desktop.views.appearance import Appearance, Scheme
from enate_desktop.views.certificate_box import CertificateBox
from enate_desktop.views.certificate_details import validity_look, validity_words
from enate_desktop.views.certificate_file import LARGEST
from enate_desktop.views.drop_zone import ZoneState
from tests.credentials.pfx_files import NAME, PASSWORD, pfx
from tests.views.page_samples import company

pytestmark = pytest.mark.usefixtures("appearance")

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
COPY, MOVE = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction
WRONG = InputError(
    "This .pfx file does not open with that password.",
    "Type the certificate password again.",
    field="certificate_password",
)


def facts(days: int = 400) -> CertificateFacts:
    """A certificate that ends in so many days."""
    return CertificateFacts(
        "CN=noreply.acme.example",
        "CN=Acme CA",
        datetime(2026, 1, 1, tzinfo=UTC),
        NOW + timedelta(days=days, hours=1),
        "AB:CD:" + "00:" * 29 + "EF",
    )


@dataclass
class Reader:
    """Opens every file with one password; may be held back to see what is shown meanwhile."""

    password: str = "secret"  # of a file that does not exist
    error: Exception | None = None
    notes: tuple[str, ...] = ()
    calls: list[tuple[bytes, str]] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def __call__(self, data: bytes, password: str) -> CertificateReading:
        """What the service does."""
        self.gate.wait(5)
        self.calls.append((data, password))
        self.threads.add(threading.get_ident())
        if self.error is not None:
            raise self.error
        if password != self.password:
            raise WRONG
        return CertificateReading(facts(), self.notes)


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def box(qtbot: QtBot, reader: Reader) -> CertificateBox:
    made = CertificateBox(reader, lambda: NOW)
    shown(qtbot, made)
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path, "noreply.pfx", b"x" * 3120)


def shown(qtbot: QtBot, widget: QWidget) -> None:
    """Show a widget in an active window."""
    qtbot.addWidget(widget)
    widget.resize(640, 420)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def written(folder: Path, name: str, data: bytes = b"pfx") -> Path:
    """A file."""
    path = folder / name
    path.write_bytes(data)
    return path


def data_of(*paths: Path) -> QMimeData:
    """What a file manager offers."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def hover(box: CertificateBox, data: QMimeData, actions: Qt.DropAction = COPY) -> bool:
    """Bring a drag over the box; whether it may be dropped there."""
    args = (QPoint(50, 30), actions, data, Qt.MouseButton.LeftButton)
    plain = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(box.frame, QDragEnterEvent(*args, plain))
    move = QDragMoveEvent(*args, plain)
    move.ignore()
    QApplication.sendEvent(box.frame, move)
    return move.isAccepted()


def drop(
    box: CertificateBox,
    data: QMimeData,
    actions: Qt.DropAction = COPY,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> tuple[bool, Qt.DropAction]:
    """Drop it; whether it was accepted, and as what.

    The event itself does not outlive its data, not even for a message of pytest's.
    """
    hover(box, data, actions)
    at = QPointF(50, 30)
    event = QDropEvent(at, actions, data, Qt.MouseButton.LeftButton, modifiers)
    event.ignore()
    QApplication.sendEvent(box.frame, event)
    return event.isAccepted(), event.dropAction()


def settle(qtbot: QtBot, box: CertificateBox) -> None:
    """Wait until nothing is being read."""
    qtbot.waitUntil(lambda: not box.busy)


def sentence(box: CertificateBox, name: str = "certificate") -> str:
    """What stands under a field."""
    return box.fields[name].error


def labels(widget: QWidget) -> set[str]:
    """The texts in a widget, without the marks that keep their direction."""
    texts = (found.text() for found in widget.findChildren(QLabel))
    return {text.strip("\u2068\u2069") for text in texts}


def text_data() -> QMimeData:
    data = QMimeData()
    data.setText("-----BEGIN CERTIFICATE-----")
    return data


def remote_data() -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl("https://files.acme.example/noreply.pfx")])
    return data


REFUSED: dict[str, tuple[Callable[[Path], QMimeData], str]] = {
    "several": (
        lambda folder: data_of(written(folder, "a.pfx"), written(folder, "b.pfx")),
        "Only one .pfx file. These are 2 files.",
    ),
    "folder": (lambda folder: data_of(folder), "is a folder"),
    "remote": (lambda _: remote_data(), "not on this computer"),
    "text": (lambda _: text_data(), "That is not a file."),
    "other file": (lambda folder: data_of(written(folder, "notes.txt")), "is not a .pfx file"),
    "no key": (lambda folder: data_of(written(folder, "a.cer")), "without its private key"),
    "too large": (
        lambda folder: data_of(written(folder, "a.pfx", bytes(LARGEST + 1))),
        "too large for a certificate",
    ),
    "gone": (lambda folder: data_of(folder / "gone.pfx"), "cannot be read"),
}


class TestDrop:
    @pytest.mark.parametrize("name", ["noreply.pfx", "NOREPLY.PFX", "noreply.p12"])
    def test_one_file_is_taken_as_a_copy(
        self, qtbot: QtBot, box: CertificateBox, tmp_path: Path, name: str
    ) -> None:
        """C-04: a .pfx dropped on the box."""
        assert drop(box, data_of(written(tmp_path, name, b"bytes"))) == (True, COPY)
        settle(qtbot, box)
        assert box.changes()["certificate"] == b"bytes"
        assert name in box.card.name

    def test_a_drop_with_shift_is_a_copy_too(
        self, qtbot: QtBot, box: CertificateBox, file: Path
    ) -> None:
        """UI 5.8: a move would have the source delete the person's file."""
        shift = Qt.KeyboardModifier.ShiftModifier
        assert drop(box, data_of(file), COPY | MOVE, shift) == (True, COPY)
        settle(qtbot, box)
        assert file.exists()

    def test_a_source_that_only_moves_is_refused(self, box: CertificateBox, file: Path) -> None:
        """UI 3.4: accept only CopyAction."""
        accepted, _ = drop(box, data_of(file), MOVE)
        assert not accepted
        assert "does not allow a copy" in box.frame.words

    @pytest.mark.parametrize("case", REFUSED)
    def test_what_is_refused_is_refused_in_words(
        self, box: CertificateBox, tmp_path: Path, case: str
    ) -> None:
        """UI 3.4: hover-refuse with its reason, and nothing is taken."""
        make, words = REFUSED[case]
        accepted, _ = drop(box, make(tmp_path))
        assert not accepted
        assert box.frame.state is ZoneState.REFUSE
        assert words in box.frame.words
        assert box.changes()["certificate"] is None

    def test_hovering_says_whether_it_may_be_dropped(
        self, box: CertificateBox, file: Path, tmp_path: Path
    ) -> None:
        """UI 3.4: idle, hover-accept, hover-refuse."""
        assert box.frame.zone.words == "Drop a .pfx file here, or"
        assert hover(box, data_of(file))
        states = [box.frame.state]
        assert not hover(box, data_of(tmp_path))
        states.append(box.frame.state)
        assert states == [ZoneState.ACCEPT, ZoneState.REFUSE]

    def test_it_rests_again_after_the_file_has_left(self, box: CertificateBox, file: Path) -> None:
        hover(box, data_of(file))
        QApplication.sendEvent(box.frame, QDragLeaveEvent())
        assert box.frame.state is ZoneState.IDLE

    def test_the_words_of_a_refusal_outlast_the_hovering(
        self, box: CertificateBox, tmp_path: Path
    ) -> None:
        """A refused drop is no event: its reason has to be there when the person looks."""
        hover(box, data_of(tmp_path))
        QApplication.sendEvent(box.frame, QDragLeaveEvent())
        assert "is a folder" in box.frame.words

    def test_a_file_can_be_dropped_on_the_one_that_is_there(
        self, qtbot: QtBot, box: CertificateBox, file: Path, tmp_path: Path
    ) -> None:
        drop(box, data_of(file))
        settle(qtbot, box)
        drop(box, data_of(written(tmp_path, "newer.pfx", b"newer")))
        settle(qtbot, box)
        assert box.changes()["certificate"] == b"newer"

    def test_a_refused_drop_leaves_the_file_that_is_there(
        self, qtbot: QtBot, box: CertificateBox, file: Path, tmp_path: Path
    ) -> None:
        drop(box, data_of(file))
        settle(qtbot, box)
        drop(box, data_of(tmp_path))
        assert "is a folder" in box.frame.words
        assert box.changes()["certificate"] == b"x" * 3120


class _Source(QWidget):
    """Stands for the file manager: a press and a pull begin a drag."""

    def __init__(self, data: QMimeData, actions: Qt.DropAction) -> None:
        super().__init__()
        self._data, self._actions = data, actions
        self.result: Qt.DropAction | None = None
        self.setFixedHeight(60)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.result is None:
            self.result = Qt.DropAction.IgnoreAction
            drag = QDrag(self)
            drag.setMimeData(self._data)
            self.result = drag.exec(self._actions, MOVE if self._actions & MOVE else COPY)


class _Desk(QWidget):
    """A file manager above a box."""

    def __init__(self, reader: Reader, data: QMimeData, actions: Qt.DropAction) -> None:
        super().__init__()
        self.box = CertificateBox(reader, lambda: NOW)
        self.source = _Source(data, actions)
        column = QVBoxLayout(self)
        column.addWidget(self.source)
        column.addWidget(self.box)


def real_drag(qtbot: QtBot, window: _Desk) -> None:
    """Drag with the mouse, through the platform's own drag loop."""
    source, box = window.source, window.box
    shown(qtbot, window)
    handle = window.windowHandle()
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    start = source.mapTo(window, source.rect().center())
    stop = box.frame.mapTo(window, QPoint(60, 30))
    points = [start + (stop - start) * step / 6 for step in range(1, 7)]
    done: list[bool] = []

    def next_step() -> None:
        if points:
            QTest.mouseMove(handle, points.pop(0))
            QTimer.singleShot(20, next_step)
        else:
            QTest.mouseMove(handle, stop)
            QTest.mouseRelease(handle, left, plain, stop)
            done.append(True)

    QTimer.singleShot(100, next_step)  # fires inside the drag's own event loop
    QTest.mousePress(handle, left, plain, start)
    for distance in (2, 12, 16):
        QTest.mouseMove(handle, start + QPoint(0, distance))
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)


class TestRealDrag:
    def test_a_dragged_file_is_copied_though_the_source_would_move(
        self, qtbot: QtBot, reader: Reader, file: Path
    ) -> None:
        """UI 5.8: the source hears of a copy, and keeps its file."""
        desk = _Desk(reader, data_of(file), COPY | MOVE)
        real_drag(qtbot, desk)
        qtbot.waitUntil(lambda: desk.box.changes()["certificate"] is not None)
        settle(qtbot, desk.box)
        assert desk.source.result == COPY
        assert file.exists()

    def test_dragged_text_is_not_taken(self, qtbot: QtBot, reader: Reader) -> None:
        desk = _Desk(reader, text_data(), COPY)
        real_drag(qtbot, desk)
        qtbot.waitUntil(lambda: "not a file" in desk.box.frame.words)
        assert desk.source.result == Qt.DropAction.IgnoreAction


class TestBrowse:
    @pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
    def test_the_zone_is_a_button(
        self, qtbot: QtBot, box: CertificateBox, file: Path, key: Qt.Key
    ) -> None:
        """UI 3.4: a focusable button, Enter and Space browse."""
        box.frame.setFocus()
        assert box.frame.zone.hasFocus()
        QTest.keyClick(box.frame.zone, key)
        (dialog,) = box.findChildren(QFileDialog)
        dialog.fileSelected.emit(str(file))
        dialog.done(QFileDialog.DialogCode.Accepted)
        settle(qtbot, box)
        assert box.changes()["certificate"] == b"x" * 3120

    def test_what_was_chosen_in_the_dialog_may_be_refused_too(
        self, qtbot: QtBot, box: CertificateBox, tmp_path: Path
    ) -> None:
        """The dialog can list all files; what cannot be used is said at the field."""
        box.take(written(tmp_path, "notes.txt"))
        settle(qtbot, box)
        assert "is not a .pfx file" in sentence(box)
        assert box.frame.zone.isVisible()

    def test_an_empty_file_is_said_to_be_empty(
        self, qtbot: QtBot, box: CertificateBox, tmp_path: Path
    ) -> None:
        box.take(written(tmp_path, "noreply.pfx", b""))
        settle(qtbot, box)
        assert "is empty" in sentence(box)

    def test_the_path_is_not_kept(self, qtbot: QtBot, box: CertificateBox, file: Path) -> None:
        """C-04: the bytes are kept, never the path; the file may go away at once."""
        box.take(file)
        settle(qtbot, box)
        file.unlink()
        box.card.password.set_text("secret")
        settle(qtbot, box)
        assert box.facts is not None


class TestReading:
    def test_it_is_read_at_once_and_off_the_gui_thread(
        self, qtbot: QtBot, box: CertificateBox, reader: Reader, file: Path
    ) -> None:
        """C-04: read at once, without a press on a button."""
        box.take(file)
        settle(qtbot, box)
        assert reader.calls == [(b"x" * 3120, "")]
        assert threading.get_ident() not in reader.threads

    def test_it_says_that_it_is_being_read(
        self, qtbot: QtBot, box: CertificateBox, reader: Reader, file: Path
    ) -> None:
        reader.gate.clear()
        box.take(file)
        qtbot.waitUntil(lambda: box.card.status == "Reading…")
        reader.gate.set()
        settle(qtbot, box)
        assert box.card.status == ""

    def test_a_missing_password_is_asked_for_not_complained_about(
        self, qtbot: QtBot, box: CertificateBox, file: Path
    ) -> None:
        box.frame.setFocus()
        box.take(file)
        settle(qtbot, box)
        assert sentence(box, "certificate_password") == ""
        described = box.fields["certificate_password"].control.accessibleDescription()
        assert described == "This file is protected. Type its password."
        assert box.card.password.edit.hasFocus()

    def test_it_is_read_again_once_when_the_password_was_typed(
        self, qtbot: QtBot, box: CertificateBox, reader: Reader, file: Path
    ) -> None:
        """UI 3.4: re-read when the password changes, not at every key."""
        box.take(file)
        settle(qtbot, box)
        QTest.keyClicks(box.card.password.edit, "secret")
        settle(qtbot, box)
        assert [password for _, password in reader.calls] == ["", "secret"]
        assert box.facts == facts()
        assert box.changes() == {"certificate": b"x" * 3120, "certificate_password": b"secret"}

    def test_a_wrong_password_is_said_at_the_password_when_it_is_left(
        self, qtbot: QtBot, box: CertificateBox, file: Path
    ) -> None:
        """C-04, UI 2: its own sentence, and not while it is still being typed."""
        box.take(file)
        settle(qtbot, box)
        box.card.password.setFocus()
        QTest.keyClicks(box.card.password.edit, "secr")
        settle(qtbot, box)
        assert sentence(box, "certificate_password") == ""
        QTest.keyClick(box.card.password.edit, Qt.Key.Key_Return)
        assert sentence(box, "certificate_password") == WRONG.sentence()
        assert sentence(box) == ""

    def test_the_sentence_stays_when_the_form_clears_its_errors(
        self, qtbot: QtBot, box: CertificateBox, file: Path
    ) -> None:
        """Each change of the form clears what a save had against it; this is no such answer."""
        box.take(file)
        settle(qtbot, box)
        box.card.password.set_text("nope")
        settle(qtbot, box)
        QTest.keyClick(box.card.password.edit, Qt.Key.Key_Return)
        box.fields["certificate_password"].set_error("")
        assert sentence(box, "certificate_password") == WRONG.sentence()

    def test_what_is_wrong_with_the_file_is_said_at_the_file(
        self, qtbot: QtBot, box: CertificateBox, reader: Reader, file: Path
    ) -> None:
        """C-04: each failure at its field."""
        reader.error = InputError("It has no private key.", "Choose another.", field="certificate")
        box.take(file)
        settle(qtbot, box)
        assert sentence(box) == "It has no private key. Choose another."
        assert sentence(box, "certificate_password") == ""
        assert box.facts is None

    def test_a_later_answer_to_an_earlier_question_counts_for_nothing(
        self, qtbot: QtBot, box: CertificateBox, reader: Reader, file: Path, tmp_path: Path
    ) -> None:
        reader.gate.clear()
        box.take(file)
        qtbot.waitUntil(lambda: box.card.status == "Reading…")
        box.card.remove_button.click()
        reader.gate.set()
        qtbot.waitUntil(lambda: len(reader.calls) == 1)
        QApplication.processEvents()
        assert box.frame.zone.isVisible()
        assert box.changes() == {"certificate": None, "certificate_password": None}

    def test_facts_and_notes_are_shown(
        self, qtbot: QtBot, box: CertificateBox, reader: Reader, file: Path
    ) -> None:
        """C-04: subject, issuer, validity, fingerprint; notes are no errors."""
        reader.password, reader.notes = "", ("The file uses an old encryption.",)
        box.take(file)
        settle(qtbot, box)
        details = box.card.details
        assert {"CN=noreply.acme.example", "CN=Acme CA"} <= labels(details)
        assert details.validity == "1 Jan 2026 – 28 Dec 2027 (ends in 400 days)"
        assert details.fingerprint.text() == details.fingerprint.toolTip() == facts().sha256
        assert details.notes == ("The file uses an old encryption.",)
        assert sentence(box) == ""

    def test_the_password_comes_after_a_file_chosen_by_browse(
        self, qtbot: QtBot, box: CertificateBox, file: Path
    ) -> None:
        """C-04: also when the closing dialog left the focus elsewhere."""
        box.setFocus()
        box.take(file, browsed=True)
        settle(qtbot, box)
        assert box.window().focusWidget() is box.card.password.edit

    def test_only_the_reason_stands_when_a_file_is_of_no_use(
        self, qtbot: QtBot, box: CertificateBox, reader: Reader, file: Path
    ) -> None:
        """C-04: the hint of a try before would contradict it."""
        box.take(file)
        settle(qtbot, box)
        password = box.fields["certificate_password"]
        assert "This file is protected. Type its password." in labels(password)
        reader.error = InputError("It has expired.", "Add a newer one.", field="certificate")
        box.card.password.set_text("right")
        settle(qtbot, box)
        told = {found.text() for found in password.findChildren(QLabel) if found.isVisible()}
        assert told == {"Certificate password"}
        assert sentence(box) == "It has expired. Add a newer one."

    def test_the_fingerprint_can_be_selected_and_copied(
        self, qtbot: QtBot, box: CertificateBox, reader: Reader, file: Path
    ) -> None:
        reader.password = ""
        box.take(file)
        settle(qtbot, box)
        fingerprint = box.card.details.fingerprint
        fingerprint.setFocus()
        fingerprint.selectAll()
        QTest.keyClick(fingerprint, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QGuiApplication.clipboard().text() == facts().sha256

    def test_a_real_file_is_read_by_the_service(self, qtbot: QtBot, tmp_path: Path) -> None:
        """C-04: from the drop to the facts, with nothing in between made up."""
        with company(tmp_path / "data") as services:
            made = CertificateBox(CertificateService(services.context).read)
            shown(qtbot, made)
            drop(made, data_of(written(tmp_path, "real.pfx", pfx())))
            settle(qtbot, made)
            found = [made.facts]
            made.card.password.set_text(PASSWORD.decode())
            settle(qtbot, made)
            found.append(made.facts)
        assert [facts.subject if facts else "" for facts in found] == ["", f"CN={NAME}"]
        assert f"CN={NAME}" in labels(made.card.details)


class TestStored:
    @pytest.fixture
    def stored(self, box: CertificateBox) -> CertificateBox:
        """The box of a connector that has a certificate."""
        box.set_stored(stored=True, facts=facts(39))
        return box

    def test_its_facts_are_shown_and_nothing_is_changed(self, stored: CertificateBox) -> None:
        """C-04, S-02: the facts, not the file; there is no password to type."""
        assert "CN=noreply.acme.example" in labels(stored.card.details)
        assert not stored.card.password.isVisible()
        assert stored.changes() == {}
        assert stored.facts == facts(39)

    def test_removing_it_can_be_thought_better_of(self, stored: CertificateBox) -> None:
        """UI 3.4: Remove; what is stored is stored until the save."""
        stored.card.remove_button.click()
        assert stored.changes() == {"certificate": None, "certificate_password": None}
        assert "The stored certificate is removed when you save." in labels(stored)
        QTest.keyClick(stored.keep_button, Qt.Key.Key_Space)
        assert stored.changes() == {}
        assert stored.card.isVisible()

    def test_a_replacement_goes_back_to_the_stored_one(
        self, qtbot: QtBot, stored: CertificateBox, file: Path
    ) -> None:
        stored.take(file)
        settle(qtbot, stored)
        assert stored.changes()["certificate"] == b"x" * 3120
        assert stored.card.remove_button.text() == "Keep stored"
        stored.card.remove_button.click()
        assert (stored.changes(), stored.facts) == ({}, facts(39))

    def test_without_facts_it_is_still_said_to_be_stored(self, box: CertificateBox) -> None:
        box.set_stored(stored=True)
        assert box.card.name == "Stored certificate"
        assert not box.card.details.isVisible()


class TestWarning:
    @pytest.mark.parametrize(
        ("days", "shape", "colour", "words"),
        [
            (39, "circle-check", "ok", "(ends in 39 days)"),
            (30, "info", "info", "(ends in 30 days; renew it soon)"),
            (21, "info", "info", "(ends in 21 days; renew it soon)"),
            (7, "triangle-alert", "warning", "(ends in 7 days; renew it now)"),
            (1, "circle-x", "error", "(ends in 1 day; renew it now)"),
            (0, "circle-x", "error", "(ends within a day; renew it now)"),
            (-3, "circle-x", "error", "(expired; add a newer .pfx)"),
        ],
    )
    def test_the_end_draws_near_in_shape_colour_and_words(
        self, days: int, shape: str, colour: str, words: str
    ) -> None:
        """C-04, UI 3.18: never colour alone."""
        assert validity_look(facts(days), NOW) == (shape, colour)
        assert validity_words(facts(days), NOW).endswith(words)

    @pytest.mark.parametrize("elevated", [True, False])
    def test_a_window_that_gets_no_drops_says_so(
        self, qtbot: QtBot, reader: Reader, elevated: bool
    ) -> None:
        """UI 5.9: only where it applies."""
        made = CertificateBox(reader, elevated=elevated)
        shown(qtbot, made)
        visible = {label.text() for label in made.findChildren(QLabel) if label.isVisible()}
        assert any("runs as administrator" in text for text in visible) is elevated


class TestLook:
    def test_every_control_has_a_name(
        self, qtbot: QtBot, box: CertificateBox, reader: Reader, file: Path
    ) -> None:
        """UI 2: for screen readers."""
        reader.password = ""
        box.take(file)
        settle(qtbot, box)
        stops = [w for w in box.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
        named = [w for w in stops if w.accessibleName() or getattr(w, "text", str)()]
        assert box.frame.zone.accessibleName() == "Drop a .pfx file here, or Browse…"
        assert [type(w).__name__ for w in stops if w not in named] == []

    @pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
    def test_the_states_differ_in_more_than_words(
        self,
        box: CertificateBox,
        appearance: Appearance,
        scheme: Scheme,
        file: Path,
        tmp_path: Path,
    ) -> None:
        """UI 3.4, 3.18: idle, accept and refuse have grounds of their own in both schemes."""
        appearance.set_scheme(scheme)
        grounds = {box.frame.zone.grab().toImage().pixelColor(20, 20).name()}
        hover(box, data_of(file))
        grounds.add(box.frame.zone.grab().toImage().pixelColor(20, 20).name())
        hover(box, data_of(tmp_path))
        grounds.add(box.frame.zone.grab().toImage().pixelColor(20, 20).name())
        assert len(grounds) == 3

    def test_long_words_in_a_narrow_zone_stay_inside(
        self, box: CertificateBox, tmp_path: Path
    ) -> None:
        """1100 px fit: two lines, then an ellipsis."""
        box.resize(300, 300)
        hover(box, data_of(written(tmp_path, f"{'long name ' * 20}.txt")))
        assert box.frame.zone.width() <= 300
        assert box.frame.zone.minimumSizeHint().width() <= 300
