"""The acknowledgement's texts: one per language, placeholders, preview, what is typed (O-01)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.outbox import Template
from enate_desktop.services.bundle import Services
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.views.template_editor import TemplateEditor
from enate_desktop.views.template_source import language_name
from enate_desktop.views.template_view import TemplateView
from tests.views.connector_desk import question
from tests.views.outbox_samples import Templates
from tests.views.page_samples import company

OWNER = QObject()
"""Outlives the views: Qt deletes what its parent takes along."""

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        yield made


def editor(qtbot: QtBot, refusal: str = "") -> TemplateEditor:
    made = TemplateEditor(Templates(), refusal)
    qtbot.addWidget(made)
    made.resize(1310, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def made(qtbot: QtBot, services: Services) -> Iterator[TemplateView]:
    """The view, alive until the test is over.

    The answers of a question know it. Were they the last to do so, it would go while they do.
    """
    work = UndoableWork(services.restoring, OWNER)
    shown = TemplateView(services.templates, services.settings, services.work_items, work, "")
    qtbot.addWidget(shown)
    shown.resize(1310, 600)
    with qtbot.waitExposed(shown):
        shown.show()
    yield shown
    shown.hide()


def kept(services: Services) -> dict[str, Template]:
    return {one.language: one for one in services.templates.all()}


def test_the_first_language_is_shown_with_a_preview(qtbot: QtBot) -> None:
    made = editor(qtbot)
    assert made.subject.text() == "[{reference}] We have your mail"
    assert made.preview.subject.text() == "[100001-T] We have your mail"
    assert made.preview.text.toPlainText() == "Thank you for 100001-T."
    assert not made.dirty


def test_the_preview_follows_the_typing(qtbot: QtBot) -> None:
    made = editor(qtbot)
    made.body.setPlainText("New {reference}")
    qtbot.waitUntil(lambda: made.preview.text.toPlainText() == "New 100001-T")
    assert made.save.isEnabled()


def test_a_placeholder_goes_to_the_cursor(qtbot: QtBot) -> None:
    """O-01: placeholders."""
    made = editor(qtbot)
    made.body.setPlainText("")
    (chip,) = [b for b in made.findChildren(QPushButton) if b.text() == "{sender}"]
    chip.click()
    assert made.body.toPlainText() == "{sender}"
    assert chip.accessibleDescription() == "Who wrote"


@pytest.mark.parametrize("field", ["subject", "body"])
def test_a_problem_is_named_under_its_field(qtbot: QtBot, field: str) -> None:
    made = editor(qtbot)
    if field == "subject":
        made.subject.setText("Dear {surname}")
    else:
        made.body.setPlainText("Dear {surname}")
    named = made.subject_field if field == "subject" else made.body_field
    qtbot.waitUntil(lambda: bool(named.error))
    assert named.error == "The placeholder {surname} is not known."
    assert not made.save.isEnabled()


def test_another_language_waits_for_what_is_typed(qtbot: QtBot) -> None:
    made = editor(qtbot)
    made.subject.setText("Typed")
    with qtbot.waitSignal(made.leave_wanted) as asked:
        made.languages.list.setCurrentRow(1)
    assert asked.args == ["fr"]
    assert made.subject.text() == "Typed"
    assert made.languages.list.currentRow() == 0


def test_a_language_is_added(qtbot: QtBot) -> None:
    """O-01: one per language."""
    made = editor(qtbot)
    made.languages.add.setCurrentIndex(made.languages.add.findData("de"))
    made.languages.add.activated.emit(made.languages.add.currentIndex())
    assert made.typed() == Template("de", "", "")
    assert made.languages.list.currentItem().text() == language_name("de")


def test_who_may_not_is_told_why(qtbot: QtBot) -> None:
    """P-01, UI 3.19."""
    made = editor(qtbot, 'You need the permission "Change settings".')
    assert made.subject.isReadOnly()
    assert "Change settings" in made.save.toolTip()


def test_undo_and_redo_of_a_saved_text(made: TemplateView, services: Services) -> None:
    """X-08."""
    before = kept(services)
    language = made.editor.typed().language
    assert made.save(Template(language, "[{reference}] Hello", "Thank you."))
    assert kept(services)[language].subject == "[{reference}] Hello"
    assert not made.editor.dirty
    made.work.stack.undo()
    assert kept(services) == before
    made.work.stack.redo()
    assert kept(services)[language].subject == "[{reference}] Hello"


def test_resetting_brings_the_built_in_text_back(made: TemplateView, services: Services) -> None:
    before = kept(services)
    assert made.save(Template(made.editor.typed().language, "[{reference}] Hello", "Thank you."))
    made.editor.languages.remove.click()
    assert kept(services) == before
    assert made.editor.subject.text() == before[made.editor.typed().language].subject


@pytest.mark.parametrize("answer", ["Save", "Discard", "Cancel"])
def test_leaving_asks_about_the_text_and_the_settings(
    qtbot: QtBot, made: TemplateView, services: Services, answer: str
) -> None:
    """Nothing typed is lost without a question."""
    left: list[str] = []
    assert made.may_leave(lambda: left.append("at once"))
    made.editor.subject.setText("Typed {reference}")
    made.settings.per_hour.setValue(9)
    assert not made.may_leave(lambda: left.append("left"))
    asked = question(qtbot)
    (button,) = [b for b in (*asked.buttons, asked.cancel_button) if b.text() == answer]
    button.click()
    assert left == ([] if answer == "Cancel" else ["left"])
    assert made.editor.dirty == made.settings.dirty == (answer == "Cancel")
    subject = kept(services)[made.editor.typed().language].subject
    saved = (subject == "Typed {reference}", services.settings.get().automated_per_hour == 9)
    assert saved == ((True, True) if answer == "Save" else (False, False))


def test_settings_alone_are_asked_about_too(qtbot: QtBot, made: TemplateView) -> None:
    made.settings.again.toggle()
    assert not made.may_leave(lambda: None)
    question(qtbot).buttons[1].click()
    assert not made.settings.dirty


def test_what_cannot_be_saved_is_told(made: TemplateView) -> None:
    failures: list[EnateError] = []
    made.failed.connect(failures.append)
    assert not made.save(Template("en", "", "Thank you."))
    assert len(failures) == 1


def test_the_settings_of_automated_emails(made: TemplateView, services: Services) -> None:
    """O-04: never more than N to one address in an hour."""
    assert not made.settings.save.isEnabled()
    made.settings.per_hour.setValue(9)
    made.settings.again.setChecked(False)
    made.settings.save.click()
    saved = services.settings.get()
    assert (saved.automated_per_hour, saved.send_again_when_unsure) == (9, False)
    assert not made.settings.dirty
