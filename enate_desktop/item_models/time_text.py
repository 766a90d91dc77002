"""Times as the window shows them, in one style: ``3 Nov 14:05``; relative for a day in lists."""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QDateTime, QLocale, QTimeZone


def relative_text(moment: datetime | None, now: datetime) -> str:
    """``12 s ago``, ``2 min ago``, ``3 h ago``, then the day (``3 Nov``); ``never`` for None."""
    if moment is None:
        return "never"
    seconds = int((now - moment).total_seconds())
    if seconds < 5:
        return "just now"
    if seconds < 60:
        return f"{seconds} s ago"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    if now - moment < timedelta(days=1):
        return f"{seconds // 3600} h ago"
    return day_text(moment, now)


def short_text(moment: datetime, now: datetime | None = None) -> str:
    """Day and local time: ``3 Nov 14:05``, with the year when it is not the present one."""
    time = QLocale().toString(_local(moment).time(), QLocale.FormatType.ShortFormat)
    return f"{day_text(moment, now)} {time}"


def clock_text(moment: datetime, *, seconds: bool = False) -> str:
    """The local time alone: ``14:05``, or ``14:05:09``."""
    return _local(moment).time().toString("HH:mm:ss" if seconds else "HH:mm")


def day_text(moment: datetime, now: datetime | None = None) -> str:
    """The local day, its month as a word: ``3 Nov``, with the year when it is not this one."""
    day = _local(moment).date()
    same_year = day.year() == _local(now or datetime.now(UTC)).date().year()
    return QLocale().toString(day, "d MMM" if same_year else "d MMM yyyy")


def whole_text(moment: datetime | None) -> str:
    """Date, time to the second and offset from UTC, local time; empty for None."""
    if moment is None:
        return ""
    local = _local(moment)
    hours, rest = divmod(abs(local.offsetFromUtc()) // 60, 60)
    sign = "-" if local.offsetFromUtc() < 0 else "+"
    date = QLocale().toString(local.date(), "d MMM yyyy")
    return f"{date} {local.time().toString('HH:mm:ss')} (UTC{sign}{hours:02}:{rest:02})"


def _local(moment: datetime) -> QDateTime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = int(aware.timestamp())
    return QDateTime.fromSecsSinceEpoch(seconds, QTimeZone.utc()).toLocalTime()
