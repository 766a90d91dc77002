"""What of the connectors needs a person: their health, sign-in, certificates and mailboxes."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from enate_desktop.domain.certificate_expiry import Urgency, expiry_warnings
from enate_desktop.domain.connectors import Authentication, Connector, Health, Side
from enate_desktop.domain.oauth import OAuthFlow
from enate_desktop.services.attention import (
    Attention,
    AttentionKind,
    Severity,
    counted,
    first_sentence,
)
from enate_desktop.services.oauth_settings import shared_sign_in
from enate_desktop.storage.monitor import WorkerError
from enate_desktop.storage.pauses import Pause
from enate_desktop.storage.unit_of_work import UnitOfWork

_URGENT = {
    Urgency.ERROR: Severity.ERROR,
    Urgency.WARNING: Severity.WARNING,
    Urgency.NOTE: Severity.NOTE,
}
_WORDS = {
    "password": "password",
    "certificate": "certificate",
    "oauth_token": "sign-in",
    "client_secret": "client secret or certificate",
}


def about_connectors(work: UnitOfWork, now: datetime) -> Iterator[Attention]:
    """Every line about a connector."""
    connectors = work.connectors.all()
    errors, pauses = work.monitor.last_errors(), work.pauses.at(now)
    limit = work.facts.settings().retry_limit
    for connector in connectors:
        yield from _health(connector, errors.get(connector.id), limit)
        yield from _certificates(connector, now)
        yield from _secrets(work, connector)
        yield from _pause(connector, pauses)
    yield from _sending(work, connectors)
    yield from _mailboxes(work, connectors)
    yield from _nothing_enabled(connectors)


def _health(connector: Connector, error: WorkerError | None, limit: int) -> Iterator[Attention]:
    condition = connector.condition
    reason = first_sentence(condition.reason)
    told = f": {reason}" if reason else "."
    severity, page = Severity.ERROR, "connectors"
    target: object = (connector.id, error.field) if error and error.field else connector.id
    if not connector.enabled and condition.health is Health.SIGN_IN_NEEDED:
        kind, remedy, words = AttentionKind.SIGN_IN, "Sign in", "needs somebody to sign in again"
    elif not connector.enabled and condition.health is Health.STOPPED:
        kind, remedy, words = AttentionKind.STOPPED, "Open", "was stopped"
    elif connector.enabled and condition.health is Health.FAILING:
        kind, remedy, severity = AttentionKind.FAILING, "Show", Severity.WARNING
        words = f"is failing, try {min(condition.failures, limit)} of {limit}"
        page, target = "monitor", connector.id
    else:
        return
    text, since = f'"{connector.name}" {words}{told}', condition.last_error
    yield Attention(kind, severity, text, remedy, page, target, since, condition.reason)


def _certificates(connector: Connector, now: datetime) -> Iterator[Attention]:
    if not connector.enabled and not connector.condition.health.is_stopped:
        return
    for warning in expiry_warnings(connector, now):
        yield Attention(
            AttentionKind.CERTIFICATE,
            _URGENT[warning.urgency],
            first_sentence(warning.sentence),
            "Open",
            "connectors",
            (connector.id, f"{warning.side}.certificate"),
            detail=warning.sentence,
        )


def _secrets(work: UnitOfWork, connector: Connector) -> Iterator[Attention]:
    stored = work.connectors.credential_marks(connector.id)
    for side, settings in connector.sides.items():
        shared = side is Side.OUTGOING and shared_sign_in(connector)
        if shared or (side is Side.OUTGOING and not connector.use_for.sends):
            continue
        names: tuple[str, ...] = ()
        if settings.authentication is Authentication.PASSWORD:
            names = ("password",)
        elif settings.authentication is Authentication.CERTIFICATE:
            names = ("certificate",)
        elif settings.authentication is Authentication.OAUTH2:
            own = settings.oauth is not None and settings.oauth.flow is OAuthFlow.APPLICATION
            names = ("client_secret", "certificate") if own else ("oauth_token",)
        if not names or any(f"{side}.{name}" in stored for name in names):
            continue
        severity = Severity.ERROR if connector.enabled else Severity.WARNING
        verb = "taken in" if side is Side.INCOMING else "sent"
        yield Attention(
            AttentionKind.SECRET,
            severity,
            f'"{connector.name}" has no stored {_WORDS[names[0]]}: no mail can be {verb}.',
            "Open",
            "connectors",
            (connector.id, f"{side}.{names[0]}"),
        )


def _pause(connector: Connector, pauses: Mapping[int, Pause]) -> Iterator[Attention]:
    pause = pauses.get(connector.id)
    if pause is None or not connector.enabled:
        return
    words = f'"{connector.name}" is paused by {pause.by}: mail waits on the server.'
    if pause.until is None:
        words = f'"{connector.name}" is paused until resumed, by {pause.by}: mail waits.'
    yield Attention(AttentionKind.PAUSED, Severity.NOTE, words, "Show", "monitor", connector.id)


def _sending(work: UnitOfWork, connectors: Iterable[Connector]) -> Iterator[Attention]:
    trouble = work.overview.sending_trouble()
    for connector in connectors:
        reason = trouble.get(connector.id, "")
        if reason and connector.enabled and connector.use_for.sends:
            yield Attention(
                AttentionKind.SENDING_FAILING,
                Severity.ERROR,
                f'"{connector.name}" cannot send: {first_sentence(reason)}',
                "Open",
                "connectors",
                connector.id,
                detail=reason,
            )


def _mailboxes(work: UnitOfWork, connectors: Iterable[Connector]) -> Iterator[Attention]:
    held, figures = work.mailbox_counts.held(), work.mailbox_counts.all()
    for connector in connectors:
        key, figure = connector.id, figures.get(connector.id)
        if held.get(key):
            waiting = counted(held[key], "mail")
            words = f'"{connector.name}" was rebuilt on the server: {waiting} to decide on.'
            yield Attention(AttentionKind.HELD, Severity.WARNING, words, "Decide", "monitor", key)
        if figure is not None and figure.unexplained:
            number = counted(figure.unexplained, "mail")
            yield Attention(
                AttentionKind.UNEXPLAINED,
                Severity.ERROR,
                f'{number} of "{connector.name}" cannot be accounted for.',
                "Show",
                "monitor",
                key,
                since=figure.at,
                detail=" ".join(figure.details),
            )


def _nothing_enabled(connectors: Iterable[Connector]) -> Iterator[Attention]:
    receiving = [c for c in connectors if c.use_for.receives]
    idle = not any(c.enabled or c.condition.health.is_stopped for c in receiving)
    if receiving and idle:
        yield Attention(
            AttentionKind.NOTHING_ENABLED,
            Severity.WARNING,
            "No connector that receives mail is enabled: no mail is taken in.",
            "Open",
            "connectors",
        )
