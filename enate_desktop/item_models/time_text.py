"""Times as lists show them: relative for a day, then the short date; whole in the tooltip."""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QDateTime, QLocale, QTimeZone


def relative_text(moment: datetime | None, now: datetime) -> str:
    """``12 s ago``, ``2 min ago``, ``3 h ago``, then the short local date; ``never`` for None."""
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
    return QLocale().toString(_local(moment).date(), QLocale.FormatType.ShortFormat)


def short_text(moment: datetime) -> str:
    """Date and time in the short form of the person's locale, local time."""
    return QLocale().toString(_local(moment), QLocale.FormatType.ShortFormat)


def whole_text(moment: datetime | None) -> str:
    """Date, time to the second and offset from UTC, local time; empty for None."""
    if moment is None:
        return ""
    local = _local(moment)
    hours, rest = divmod(abs(local.offsetFromUtc()) // 60, 60)
    sign = "-" if local.offsetFromUtc() < 0 else "+"
    date = QLocale().toString(local.date(), QLocale.FormatType.LongFormat)
    return f"{date} {local.time().toString('HH:mm:ss')} (UTC{sign}{hours:02}:{rest:02})"


def _local(moment: datetime) -> QDateTime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = int(aware.timestamp())
    return QDateTime.fromSecsSinceEpoch(seconds, QTimeZone.utc()).toLocalTime()
