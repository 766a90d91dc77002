"""What a mail session needs to sign in, made of a side's settings and its secrets."""

from collections.abc import Mapping

from enate_desktop.credentials.certificates import ClientCertificate
from enate_desktop.domain.connectors import Authentication, ServerSettings, Side
from enate_desktop.mail.credential import Credential
from enate_desktop.services.vault import SecretName


def credential_of(
    side: Side, settings: ServerSettings, secrets: Mapping[SecretName, bytes]
) -> Credential:
    """The credential of one side; what is missing stays empty, and the session says so."""
    identity = None
    pfx = secrets.get(SecretName(f"{side}.certificate"))
    if settings.authentication is Authentication.CERTIFICATE and pfx is not None:
        opened_by = secrets.get(SecretName(f"{side}.certificate_password"), b"")
        identity = ClientCertificate(pfx, opened_by)
    password = secrets.get(SecretName(f"{side}.password"), b"").decode("utf-8", "replace")
    return Credential(password, identity=identity)
