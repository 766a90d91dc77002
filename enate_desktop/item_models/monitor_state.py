"""What a mailbox does now, in words and as the names of a shape and a colour (UI 3.10)."""

from datetime import UTC, datetime

from enate_desktop.domain.connectors import Health
from enate_desktop.item_models.connector_state import ConnectorState, connector_state
from enate_desktop.item_models.time_text import clock_text, day_text
from enate_desktop.item_models.worker_facts import WorkerFacts
from enate_desktop.services.monitor import ConnectorStatus


def start_of_today() -> datetime:
    """When this day began here, in UTC."""
    midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.astimezone(UTC)


def monitor_state(
    status: ConnectorStatus, facts: WorkerFacts, retry_limit: int, now: datetime
) -> ConnectorState:
    """The state the monitor shows; the reason is the whole sentence."""
    connector, condition = status.connector, status.connector.condition
    if not connector.enabled:
        if condition.health.is_stopped:
            return connector_state(connector, now)
        return ConnectorState("Off", "circle", "secondary")
    if status.pause is not None:
        return ConnectorState(pause_words(status, now), "pause", "warning")
    if status.held:
        words = f"Held: {counted(status.held, 'mail')} to decide on"
        return ConnectorState(words, "triangle-alert", "warning", needs_a_person=True)
    if condition.health is Health.FAILING:
        words = f"Retry {min(condition.failures, retry_limit)} of {retry_limit}"
        return ConnectorState(words, "triangle-alert", "error", condition.reason)
    return _at_work(status, facts, now)


def _at_work(status: ConnectorStatus, facts: WorkerFacts, now: datetime) -> ConnectorState:
    connector, holder = status.connector, status.holder
    key = connector.id
    elsewhere = key in facts.standby or (facts.started is None and holder is not None)
    if elsewhere and holder is not None:
        words = f"Watched by {holder.host} ({holder.login}) since {moment_text(holder.since, now)}"
        return ConnectorState(words, "eye", "info")
    if key in facts.busy:
        return ConnectorState("Looking", "refresh-cw", "info")
    if facts.started is not None and key not in facts.running:
        words = "Not watched" if connector.use_for.receives else "Nothing is sent"
        return ConnectorState(words, "circle-slash", "warning")
    return ConnectorState("Idle", "circle-check", "ok", connector.condition.reason)


def pause_words(status: ConnectorStatus, now: datetime) -> str:
    """``Paused until 14:00 by anna``."""
    pause = status.pause
    if pause is None:
        return ""
    until = f"until {moment_text(pause.until, now)}" if pause.until else "until resumed"
    return f"Paused {until} by {pause.by}"


def moment_text(moment: datetime, now: datetime) -> str:
    """The local time, with the day when it is another one than that of ``now``."""
    day, today = day_text(moment, now), day_text(now, now)
    return clock_text(moment) if day == today else f"{day} {clock_text(moment)}"


def until_text(moment: datetime | None, now: datetime) -> str:
    """``in 18 s``, ``in 4 min``, ``now``; empty for None."""
    if moment is None:
        return ""
    seconds = round((moment - now).total_seconds())
    if seconds <= 0:
        return "now"
    if seconds < 60:
        return f"in {seconds} s"
    return f"in {-(-seconds // 60)} min" if seconds < 3600 else f"in {-(-seconds // 3600)} h"


def age_text(since: datetime, now: datetime) -> str:
    """``3 d 4 h``, ``4 h 12 min``, ``12 min``, ``8 s``."""
    seconds = max(0, int((now - since).total_seconds()))
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def counted(number: int, word: str) -> str:
    """``1 mail``, ``2 mails``."""
    return f"1 {word}" if number == 1 else f"{number:,} {word}s"
