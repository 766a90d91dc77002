"""Certificates (.pfx): reading one for the editor, and what a connector shows of its own."""

from dataclasses import replace

from enate_desktop.domain.certificates import CertificateFacts, CertificateReading
from enate_desktop.domain.connectors import Connector, ServerSettings, Side
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.people import Permission
from enate_desktop.services.context import Context
from enate_desktop.services.fingerprints import effective_secrets, uses_certificate
from enate_desktop.services.vault import SecretChanges, SecretName
from enate_desktop.storage.unit_of_work import UnitOfWork


class CertificateService:
    """What a .pfx file holds, before anything of it is stored."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def read(self, pfx: bytes, password: str) -> CertificateReading:
        """Read a file (a second at most); InputError, whose ``field`` is ``certificate`` or
        ``certificate_password``, says why one is of no use (C-04).
        """
        self._context.need(Permission.EDIT_CONNECTORS)
        return _read(pfx, password.encode("utf-8", "replace"))


def with_certificate_facts(
    context: Context,
    work: UnitOfWork,
    connector: Connector,
    stored: Connector | None,
    secrets: SecretChanges,
    *,
    strict: bool,
) -> Connector:
    """``connector`` with what may be shown of the certificates it will have with ``secrets``.

    A certificate that is of no use is refused (InputError), or without ``strict`` has no facts.
    """
    before = stored.sides if stored else {}
    for side, settings in connector.sides.items():
        given = _pair(side)
        if not uses_certificate(settings):
            facts = None
        elif not any(name in secrets for name in given):
            kept = before.get(side)
            facts = kept.certificate if kept else None
        else:
            facts = _facts(context, work, connector, side, secrets, strict=strict)
        connector = _with_facts(connector, side, settings, facts)
    return connector


def certificate_notes(
    context: Context, work: UnitOfWork, connector: Connector, secrets: SecretChanges
) -> tuple[str, ...]:
    """What is wrong with the certificates among ``secrets``, or should be known, in sentences."""
    notes: list[str] = []
    for side, settings in connector.sides.items():
        if uses_certificate(settings) and any(name in secrets for name in _pair(side)):
            try:
                reading = _reading(context, work, connector, side, secrets)
            except InputError as error:
                notes.append(f"{connector.name}, {side}: {error.sentence()}")
            else:
                found = reading.notes if reading else ()
                notes += [f"{connector.name}, {side}: {note}" for note in found]
    return tuple(notes)


def _facts(
    context: Context,
    work: UnitOfWork,
    connector: Connector,
    side: Side,
    secrets: SecretChanges,
    *,
    strict: bool,
) -> CertificateFacts | None:
    try:
        reading = _reading(context, work, connector, side, secrets)
    except InputError as error:
        if not strict:
            return None
        raise InputError(error.title, error.message, field=f"{side}.{error.field}") from error
    return reading.facts if reading else None


def _reading(
    context: Context, work: UnitOfWork, connector: Connector, side: Side, secrets: SecretChanges
) -> CertificateReading | None:
    """None while there is a password but no certificate yet."""
    certificate, password = _pair(side)
    known = {}
    if connector.id and not (certificate in secrets and password in secrets):
        known = context.vault.stored(work, connector.id)
    known = effective_secrets(known, secrets)
    pfx = known.get(certificate)
    return None if pfx is None else _read(pfx, known.get(password, b""))


def _read(pfx: bytes, password: bytes) -> CertificateReading:
    # The cryptography of certificates costs 60 ms to import; the window is opened without it.
    from enate_desktop.credentials.certificates import ClientCertificate

    return ClientCertificate(pfx, password).read()


def _pair(side: Side) -> tuple[SecretName, SecretName]:
    return SecretName(f"{side}.certificate"), SecretName(f"{side}.certificate_password")


def _with_facts(
    connector: Connector, side: Side, settings: ServerSettings, facts: CertificateFacts | None
) -> Connector:
    settings = replace(settings, certificate=facts)
    if side is Side.INCOMING:
        return replace(connector, incoming=settings)
    return replace(connector, outgoing=settings)
