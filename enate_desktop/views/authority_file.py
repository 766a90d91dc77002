"""Reading the file of a private CA that one connector trusts (C-13)."""

import ssl
import stat
from pathlib import Path

from enate_desktop.domain.errors import InputError
from enate_desktop.item_models.time_text import day_text
from enate_desktop.mail.tls import read_certificate
from enate_desktop.services.authorities import certificates_in

_LARGEST = 1 << 20
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def read_authority(path: Path) -> str:
    """The certificates of a PEM or DER file as PEM; InputError when there is none in it."""
    try:
        facts = path.stat()
        # A pipe would be waited for.
        fits = stat.S_ISREG(facts.st_mode) and facts.st_size <= _LARGEST
        data = path.read_bytes() if fits else b""
    except OSError as error:
        raise InputError(
            f'The file "{path.name}" cannot be read: {error.strerror}.', "Nothing was changed."
        ) from error
    is_der = data[:1] == b"\x30"
    text = ssl.DER_cert_to_PEM_cert(data) if is_der else data.decode("ascii", "replace")
    pem = certificates_in(text, f'"{path.name}"', "ca_certificate")
    if not authority_text(pem):
        raise InputError(
            f'There is no certificate in "{path.name}".',
            "Choose the .pem or .crt file of your CA.",
            field="ca_certificate",
        )
    return pem


def authority_text(pem: str) -> str:
    """Name and last day of the first certificate, or an empty text when there is none."""
    block = pem.partition(_END)[0]
    if _BEGIN not in block:
        return ""
    try:
        certificate = read_certificate(ssl.PEM_cert_to_DER_cert(block.strip() + "\n" + _END))
    except ValueError:
        return ""
    if certificate is None:
        return ""
    return f"{certificate.subject}, valid until {day_text(certificate.not_after)}"
