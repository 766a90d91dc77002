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


def view(qtbot: QtBot, services: Services) -> TemplateView:
    work = UndoableWork(services.restoring, OWNER)
    made = TemplateView(services.templates, services.settings, services.work_items, work, "")
    qtbot.addWidget(made)
    made.resize(1310, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_the_first_language_is_shown_with_a_preview(qtbot: QtBot) -> None:
    made = editor(qtbot)
    assert made.subject.text() == "[{reference}] We have your mail"
    assert made.preview_subject.text() == "[100001-T] We have your mail"
    assert made.preview_body.toPlainText() == "Thank you for 100001-T."
    assert not made.dirty


def test_the_preview_follows_the_typing(qtbot: QtBot) -> None:
    made = editor(qtbot)
    made.body.setPlainText("New {reference}")
    qtbot.waitUntil(lambda: made.preview_body.toPlainText() == "New 100001-T")
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
        made.languages.setCurrentRow(1)
    assert asked.args == ["fr"]
    assert made.subject.text() == "Typed"
    assert made.languages.currentRow() == 0


def test_a_language_is_added(qtbot: QtBot) -> None:
    """O-01: one per language."""
    made = editor(qtbot)
    made.add.setCurrentIndex(made.add.findData("de"))
    made.add.activated.emit(made.add.currentIndex())
    assert made.typed() == Template("de", "", "")
    assert made.languages.currentItem().text() == language_name("de")


def test_who_may_not_is_told_why(qtbot: QtBot) -> None:
    """P-01, UI 3.19."""
    made = editor(qtbot, 'You need the permission "Change settings".')
    assert made.subject.isReadOnly()
    assert "Change settings" in made.save.toolTip()


def test_saving_keeps_it_and_undo_takes_it_back(qtbot: QtBot, services: Services) -> None:
    """X-08."""
    made = view(qtbot, services)
    before = {one.language: one for one in services.templates.all()}
    language = made.editor.typed().language
    assert made.save(Template(language, "[{reference}] Hello", "Thank you."))
    after = {one.language: one for one in services.templates.all()}
    assert after[language].subject == "[{reference}] Hello"
    assert not made.editor.dirty
    made.editor.remove.click()
    assert {one.language: one for one in services.templates.all()} == before


def test_what_cannot_be_saved_is_told(qtbot: QtBot, services: Services) -> None:
    made = view(qtbot, services)
    failures: list[EnateError] = []
    made.failed.connect(failures.append)
    assert not made.save(Template("en", "", "Thank you."))
    assert len(failures) == 1


def test_the_settings_of_automated_emails(qtbot: QtBot, services: Services) -> None:
    """O-04: never more than N to one address in an hour."""
    made = view(qtbot, services)
    assert not made.settings.save.isEnabled()
    made.settings.per_hour.setValue(9)
    made.settings.again.setChecked(False)
    made.settings.save.click()
    saved = services.settings.get()
    assert (saved.automated_per_hour, saved.send_again_when_unsure) == (9, False)
    assert not made.settings.dirty
def test_leaving_asks_about_what_is_typed(qtbot: QtBot, services: Services) -> None:
    made = view(qtbot, services)
    left: list[str] = []
    assert made.may_leave(lambda: left.append("at once"))
    made.editor.subject.setText("Typed {reference}")
    assert not made.may_leave(lambda: left.append("discarded"))
    question(qtbot).buttons[1].click()
    assert left == ["discarded"]
    assert not made.editor.dirty


