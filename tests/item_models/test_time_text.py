"""One style of times on every page."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale

from enate_desktop.item_models.time_text import day_text, relative_text, short_text, whole_text

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


def local(year: int, month: int, day: int, hour: int = 14, minute: int = 5) -> datetime:
    """A moment of this computer's clock."""
    return datetime(year, month, day, hour, minute).astimezone()


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=2), "just now"),
        (timedelta(seconds=12), "12 s ago"),
        (timedelta(minutes=2), "2 min ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
    ],
)
def test_a_day_is_told_in_ages(age: timedelta, text: str) -> None:
    """UI 2: relative under 24 hours."""
    assert relative_text(NOW - age, NOW) == text


def test_what_is_older_is_told_by_its_day() -> None:
    """UI 2: never a bare "3/11": the month is a word, another year is named."""
    assert relative_text(local(2026, 11, 3), NOW) == "3 Nov"
    assert relative_text(local(2025, 11, 3), NOW) == "3 Nov 2025"
    assert relative_text(None, NOW) == "never"


def test_day_and_time() -> None:
    assert short_text(local(2026, 11, 3), NOW) == "3 Nov 14:05"
    assert short_text(local(2024, 2, 29), NOW) == "29 Feb 2024 14:05"
    assert day_text(local(2026, 11, 3), NOW) == "3 Nov"


def test_the_tooltip_has_all_of_it() -> None:
    """UI 2: local time with the offset from UTC."""
    text = whole_text(local(2026, 11, 3))
    assert text.startswith("3 Nov 2026 14:05:00 (UTC")
    assert whole_text(None) == ""
