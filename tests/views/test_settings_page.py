"""The Settings page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from enate_desktop.domain.settings import Settings
from enate_desktop.services.bundle import Services
from enate_desktop.views.confirm import ConfirmDialog
from enate_desktop.views.settings_page import Interface, SettingsPage
from enate_desktop.worker.notifier import ChangeNotifier
from tests.views.page_samples import company

pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        yield made


@pytest.fixture
def schemes() -> list[str]:
    return []


@pytest.fixture
def page(qtbot: QtBot, services: Services, schemes: list[str]) -> SettingsPage:
    return shown(qtbot, services, schemes)


def shown(qtbot: QtBot, services: Services, schemes: list[str]) -> SettingsPage:
    interface = Interface(lambda: schemes[-1] if schemes else "light", schemes.append)
    made = SettingsPage(services, ChangeNotifier(), interface)
    qtbot.addWidget(made)
    made.resize(1100, 735)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_every_setting_has_its_row(page: SettingsPage) -> None:
    """UI 3.14: what can be set is on the page, with its present value."""
    assert set(page.rows) == set(Settings.__dataclass_fields__)
    assert page.wanted == Settings()
    assert not page.is_changed


def test_a_change_is_saved_and_a_default_comes_back(page: SettingsPage, services: Services) -> None:
    """UI 3.14: what affects mail has Save; what differs from the default can be reset."""
    row = page.rows["poll_seconds"]
    assert not row.reset_button.isVisible()
    row.set_value(90)
    assert services.settings.get().poll_seconds == 30
    page.save_button.click()
    assert services.settings.get().poll_seconds == 90
    assert row.reset_button.isVisible()
    row.reset_button.click()
    page.save_button.click()
    assert services.settings.get() == Settings()


def test_search_leaves_what_fits(page: SettingsPage) -> None:
    """UI 3.14: search box on top."""
    page.search.setText("largest")
    visible = [key for key, row in page.rows.items() if row.isVisible()]
    assert visible == ["max_mail_megabytes"]
    page.search.setText("automated emails")
    assert page.rows["send_again_when_unsure"].isVisible()
    assert not page.rows["poll_seconds"].isVisible()
    page.search.clear()
    assert all(row.isVisible() for row in page.rows.values())


def test_colours_apply_at_once(page: SettingsPage, schemes: list[str]) -> None:
    """UI 3.14: what only affects the view needs no Save."""
    page.scheme.setCurrentIndex(page.scheme.findData("dark"))
    page.scheme.activated.emit(page.scheme.currentIndex())
    assert schemes == ["dark"]
    assert not page.is_changed


def test_blocked_addresses_are_kept_in_two_lists(page: SettingsPage, services: Services) -> None:
    """M-10."""
    QTest.keyClicks(page.no_mail.input, "bot@x.example\r")
    QTest.keyClicks(page.spam.input, "*@spam.example\r")
    page.save_button.click()
    found = {str(b.pattern): b.reject_as_spam for b in services.settings.blocked()}
    assert found == {"bot@x.example": False, "*@spam.example": True}


def test_an_unusable_address_is_not_saved_and_not_lost(
    page: SettingsPage, services: Services
) -> None:
    """R-11: nothing typed is silently dropped."""
    QTest.keyClicks(page.spam.input, "*\r")
    assert not page.save_button.isEnabled()
    assert "marked red" in page.save_button.toolTip()
    assert page.spam.values() == ("*",)
    assert services.settings.blocked() == ()


def test_changes_are_not_lost_by_leaving(page: SettingsPage, services: Services) -> None:
    page.rows["retry_limit"].set_value(7)
    gone: list[bool] = []
    assert not page.may_leave(lambda: gone.append(True))
    asked = next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, ConfirmDialog) and w.isVisible()
    )
    asked.buttons[1].click()
    assert gone == [True]
    assert page.rows["retry_limit"].value == 5
    assert services.settings.get() == Settings()


def test_who_may_not_change_settings_reads_why(
    qtbot: QtBot, tmp_path: Path, services: Services, schemes: list[str]
) -> None:
    """P-01."""
    with company(tmp_path, "vera") as other:
        page = shown(qtbot, other, schemes)
        assert page.save_button.toolTip() == 'You need the permission "Change settings".'
        assert page.scheme.isEnabled()
