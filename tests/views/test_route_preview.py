"""The route editor says what the route would do while it is being edited (UI 3.6)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from enate_desktop.domain.addresses import parse_pattern
from enate_desktop.domain.rules import NO_RULES, Rules
from enate_desktop.item_models.edit_conflict import Whose
from enate_desktop.services.trial import MailForm
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.edit_conflict import ConflictDialog
from enate_desktop.views.matching_mails import MatchingMailsDialog
from enate_desktop.views.routes_page import RoutesPage
from enate_desktop.wiring import Services
from enate_desktop.worker.notifier import ChangeNotifier
from tests.company import document, open_services
from tests.services.received import receive

FRENCH_PDF = MailForm(
    "marie@acme.fr", "hr@acme.example", subject="Fiche", attachments=("fiche.pdf",)
)
PDF = MailForm("bob@other.example", "hr@acme.example", attachments=("a.pdf",))


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setenv("HR_PASSWORD", "s3cret canary")
    opened = open_services(tmp_path / "data")
    opened.exchange.import_(document(), tmp_path)
    receive(opened, FRENCH_PDF, PDF)
    yield opened
    opened.close()


@pytest.fixture
def page(qtbot: QtBot, appearance: Appearance, services: Services) -> RoutesPage:
    made = RoutesPage(services, ChangeNotifier())
    qtbot.addWidget(made)
    made.resize(1300, 800)
    with qtbot.waitExposed(made):
        made.show()
    return made


def open_route(page: RoutesPage, services: Services, name: str) -> None:
    page.editing.open(next(r for r in services.routes.groups()[0].routes if r.name == name))


def test_the_editor_counts_the_mails_a_route_takes(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """UI 3.6: of those to its address, and those that an earlier route takes."""
    open_route(page, services, "Payslips")
    expected = (
        "Takes 1 of the last 2 mails to hr@acme.example (50 %)."
        " 1 more fits its rules, but goes to an earlier route."
    )
    qtbot.waitUntil(lambda: page.editing.preview.count.text() == expected)


def test_the_count_follows_what_is_typed(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """UI 3.6: unsaved, and an unusable field is no error of the count."""
    open_route(page, services, "Payslips")
    editor = page.editing.incoming
    preview = page.editing.preview
    editor.ui.address.setText("nobody@acme.example")
    qtbot.waitUntil(
        lambda: preview.count.text() == "None of the last 2 mails was to nobody@acme.example."
    )
    assert not preview.show_button.isVisible()
    editor.ui.address.setText("nonsense")
    qtbot.waitUntil(lambda: "once the fields are filled" in preview.count.text())
    assert not page.messages.bars


def test_the_mails_it_would_take_can_be_seen(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """UI 3.6: Show them."""
    open_route(page, services, "France")
    preview = page.editing.preview
    qtbot.waitUntil(lambda: preview.show_button.isVisible())
    preview.show_button.click()
    qtbot.waitUntil(lambda: page.window().findChild(MatchingMailsDialog) is not None)


def test_a_new_route_that_is_hidden_is_offered_its_place(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """UI 3.6, R-12: with the warning while typing; saving puts it there."""
    france = services.routes.groups()[0].routes[0]
    page.editing.open_new(france.connector_id, "hr@acme.example")
    editor = page.editing.incoming
    editor.ui.name.setText("Late")
    editor.process.set_process_id(france.process_id)
    editor.process.process_chosen.emit()
    rules = Rules(senders=(parse_pattern("*@partner.example"),))
    editor.rules.set_texts(editor.rules.texts_of(rules))
    editor.rules.changed.emit()
    preview = page.editing.preview
    qtbot.waitUntil(lambda: preview.place_button.isVisible())
    assert "Everything else" in preview.warning_text
    preview.place_button.click()
    qtbot.waitUntil(lambda: preview.place_button.text().startswith("Will be number"))
    place = preview.place
    assert place is not None
    assert page.editing.save()
    assert services.routes.groups()[0].routes[place].name == "Late"
    assert editor.process.recent == (france.process_id,)
    assert page.save_state()["processes"] == [france.process_id]


def test_a_change_that_would_hide_others_says_so_before_it_is_saved(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """R-12: "It would also cause"."""
    open_route(page, services, "France")
    page.editing.incoming.rules.set_texts(page.editing.incoming.rules.texts_of(NO_RULES))
    page.editing.incoming.rules.changed.emit()
    preview = page.editing.preview
    qtbot.waitUntil(lambda: "It would also cause" in preview.warning_text)


def test_the_fallback_has_nothing_to_count(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """R-03."""
    open_route(page, services, "Fallback")
    assert not page.editing.preview.isVisible()


def test_two_people_changing_one_route_compare_field_by_field(
    qtbot: QtBot, page: RoutesPage, services: Services
) -> None:
    """S-01: before, theirs and mine; what was typed is not lost."""
    open_route(page, services, "France")
    editor = page.editing.incoming
    editor.ui.name.setText("France and Monaco")
    stored = services.routes.groups()[0].routes[0]
    services.routes.save(replace(stored, test_mode=True))
    assert not page.editing.save()
    (bar,) = editor.messages.bars
    assert [made.text() for made in bar.buttons] == ["Compare…", "Show theirs"]
    bar.buttons[0].click()
    dialog = page.window().findChild(ConflictDialog)
    assert dialog is not None
    assert dialog.radio("name", Whose.MINE).isChecked()
    assert dialog.radio("test_mode", Whose.THEIRS).isChecked()
    dialog.save_button.click()
    saved = services.routes.groups()[0].routes[0]
    assert (saved.name, saved.test_mode) == ("France and Monaco", True)
    assert not editor.dirty
