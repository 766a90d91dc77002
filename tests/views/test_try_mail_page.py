"""Try a mail: from every source, by the saved order and the draft, and what to do with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from pytestqt.qtbot import QtBot

from enate_desktop.domain.routes import Route
from enate_desktop.services.trial import MailForm, composed
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.drop_zone import ZoneState
from enate_desktop.views.order_drafts import OrderDrafts
from enate_desktop.views.try_mail_dialogs import FormDialog, PasteDialog, PickDialog
from enate_desktop.views.try_mail_page import TryMailPage, command
from enate_desktop.views.try_mail_pins import PinDialog
from enate_desktop.views.try_mail_sources import Source
from enate_desktop.wiring import Services
from enate_desktop.worker.notifier import ChangeNotifier
from tests.company import document, open_services
from tests.services.received import receive

FRENCH_PDF = MailForm(
    "marie@acme.fr", "hr@acme.example", subject="Fiche", attachments=("fiche.pdf",)
)


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setenv("HR_PASSWORD", "s3cret canary")
    opened = open_services(tmp_path / "data")
    opened.exchange.import_(document(), tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def drafts() -> OrderDrafts:
    return OrderDrafts()


@pytest.fixture
def page(
    qtbot: QtBot, appearance: Appearance, services: Services, drafts: OrderDrafts
) -> TryMailPage:
    made = TryMailPage(services, ChangeNotifier(), drafts)
    qtbot.addWidget(made)
    made.resize(1100, 800)
    with qtbot.waitExposed(made):
        made.show()
    return made


def answered(qtbot: QtBot, page: TryMailPage) -> str:
    """What the page says once it has decided."""
    qtbot.waitUntil(lambda: bool(page.results.views))
    return page.results.text


def error_texts(page: TryMailPage) -> str:
    return " ".join(bar.text for bar in page.messages.bars)


def test_a_dropped_file_is_decided_and_explained(
    qtbot: QtBot, page: TryMailPage, services: Services, tmp_path: Path
) -> None:
    """UI 3.7: nothing is created."""
    path = tmp_path / "fiche.eml"
    path.write_bytes(composed(FRENCH_PDF))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at, copy, button = QPoint(5, 5), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    page.sources.dragEnterEvent(QDragEnterEvent(at, copy, data, button, none))
    assert str(page.sources.zone.state) == "accept"
    page.sources.dropEvent(QDropEvent(at, copy, data, button, none))
    assert '"France" (1) took it' in answered(qtbot, page)
    assert str(page.sources.zone.state) == "idle"
    assert "fiche.pdf" in page.facts.text()
    assert services.work_items.page().total == 0


@pytest.mark.parametrize("urls", [[], ["http://x.example/a.eml"], ["file:///a", "file:///b"]])
def test_what_is_no_single_file_is_refused_before_it_is_dropped(
    page: TryMailPage, urls: list[str]
) -> None:
    """UI 3.7."""
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    copy = Qt.DropAction.CopyAction
    event = QDragEnterEvent(
        QPoint(5, 5), copy, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    page.sources.dragEnterEvent(event)
    assert not event.isAccepted()
    assert page.sources.zone.state is ZoneState.REFUSE


@pytest.mark.parametrize(
    ("name", "words"), [("gone.eml", "cannot be read"), ("mail.msg", "Outlook's own format")]
)
def test_an_unusable_file_says_what_to_do(
    page: TryMailPage, tmp_path: Path, name: str, words: str
) -> None:
    """UI 3.16."""
    page.sources.take_file(tmp_path / name)
    assert words in error_texts(page)


def test_a_pasted_source_is_decided(qtbot: QtBot, page: TryMailPage) -> None:
    """UI 3.7: headers are enough."""
    page.sources.paste_button.click()
    dialog = page.findChild(PasteDialog)
    assert dialog is not None
    assert not dialog.verb_button.isEnabled()
    dialog.text.setPlainText("From: marie@acme.fr\nTo: hr@acme.example\nSubject: Bonjour")
    dialog.verb_button.click()
    assert '"France" (1) took it' in answered(qtbot, page)


def test_a_form_is_decided_and_kept_for_the_next_time(qtbot: QtBot, page: TryMailPage) -> None:
    """UI 3.7."""
    page.sources.form_button.click()
    dialog = page.findChild(FormDialog)
    assert dialog is not None
    dialog.edit("from").setText("bob@other.example")
    dialog.edit("to").setText("hr@acme.example")
    dialog.edit("attachments").setText("a.pdf")
    dialog.verb_button.click()
    assert '"Payslips" (2) took it' in answered(qtbot, page)
    page.sources.form_button.click()
    assert dialog.edit("to").text() == "hr@acme.example"
    dialog.reject()


def test_a_stored_mail_is_decided_as_if_it_came_for_the_first_time(
    qtbot: QtBot, page: TryMailPage, services: Services
) -> None:
    """UI 3.7: not as the duplicate that it would be."""
    receive(services, FRENCH_PDF, MailForm("x@y.example", "hr@acme.example", subject="Other"))
    page.sources.pick_button.click()
    dialog = page.findChild(PickDialog)
    assert dialog is not None
    dialog.search.setText("fiche")
    assert dialog.table.model().rowCount() == 1
    dialog.verb_button.click()
    assert '"France" (1) took it' in answered(qtbot, page)
    assert "as if it came for the first time" in page.hint.text()
    assert page.connector.currentText() == "HR EMEA"
    assert services.work_items.page().total == 2


def test_the_draft_is_tried_beside_the_saved_order(
    qtbot: QtBot, page: TryMailPage, services: Services, drafts: OrderDrafts
) -> None:
    """UI 3.7: saved, draft or both."""
    group = services.routes.groups()[0]
    drafts.applied(group)
    ids = [route.id for route in group.routes]
    drafts.set_order(group.connector.id, [ids[1], ids[0], ids[2]])
    page.try_source(Source(composed(FRENCH_PDF), "Fiche"))
    answered(qtbot, page)
    saved, draft = page.results.views
    assert '"France" (1) took it' in saved.blocks[0].text
    assert '"Payslips" (1) took it' in draft.blocks[0].text


def test_what_it_would_take_is_answered_with_its_price(
    qtbot: QtBot, page: TryMailPage, services: Services
) -> None:
    """X-04: the obstacles, the least change, and its replay."""
    receive(services, FRENCH_PDF)
    page.try_source(Source(composed(FRENCH_PDF), "Fiche"))
    answered(qtbot, page)
    page.wish.route.setCurrentText("HR EMEA: Payslips")
    page.wish.ask_button.click()
    qtbot.waitUntil(lambda: "Change:" in page.wish.answer.text())
    assert "In the way:" in page.wish.answer.text()
    assert "1 of the last 1 mails would go elsewhere" in page.wish.answer.text()


def test_a_mail_is_pinned_and_tried_ever_after(
    qtbot: QtBot, page: TryMailPage, services: Services
) -> None:
    """X-06."""
    page.try_source(Source(composed(FRENCH_PDF), "Fiche"))
    answered(qtbot, page)
    page.pin_button.click()
    dialog = page.findChild(PinDialog)
    assert dialog is not None
    dialog.name.setText("French slip")
    dialog.pin_button.click()
    qtbot.waitUntil(lambda: page.pins.summary.text() == "The pinned mail goes where it must.")
    routes = services.routes.groups()[0].routes
    services.routes.move(routes[0].connector_id, [routes[1].id], 0)
    page.pins.load()
    qtbot.waitUntil(lambda: page.pins.summary.text() == "0 pass, 1 differs.")


def test_a_new_route_is_prefilled_from_the_mail(qtbot: QtBot, page: TryMailPage) -> None:
    """UI 3.7: its address, its sender, the fallback's process."""
    page.try_source(Source(composed(FRENCH_PDF), "Fiche"))
    answered(qtbot, page)
    with qtbot.waitSignal(page.page_requested) as asked:
        page.new_button.click()
    key, route = asked.args
    assert key == "routes"
    assert isinstance(route, Route)
    assert (route.id, route.name, route.address) == (0, "Fiche", "hr@acme.example")
    assert [str(pattern) for pattern in route.rules.senders] == ["marie@acme.fr"]
    assert route.process_id


def test_the_explanation_and_the_command_are_copied(
    qtbot: QtBot, page: TryMailPage, tmp_path: Path
) -> None:
    """UI 3.7: what a person pastes elsewhere."""
    path = tmp_path / "a b.eml"
    path.write_bytes(composed(FRENCH_PDF))
    page.sources.take_file(path)
    answered(qtbot, page)
    page.copy_button.click()
    assert "France" in QGuiApplication.clipboard().text()
    page.command_button.click()
    assert QGuiApplication.clipboard().text() == f"enate-desktop route explain '{path}'"
    assert command("x.eml", "HR EMEA").endswith("x.eml --connector 'HR EMEA'")
