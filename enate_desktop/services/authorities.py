"""The certificates of a private CA as they are kept: nothing else, never a private key (C-13)."""

import ssl

from enate_desktop.domain.errors import InputError

_MOST_CHARACTERS = 1 << 20
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_PRIVATE = "PRIVATE KEY-----"


def certificates_in(text: str, what: str, field: str) -> str:
    """The certificates of a PEM text, without whatever else stands in it; empty for an empty one.

    InputError for ``field`` when a private key or no certificate at all is in ``what``, such as
    ``the file "ca.pem"``. Nothing of the text is told.
    """
    if not text.strip():
        return ""
    if len(text) > _MOST_CHARACTERS:
        raise InputError(
            f"There is more than 1 MB in {what}.", "Choose the certificate of the CA.", field=field
        )
    if _PRIVATE in text:
        raise InputError(
            f"There is a private key in {what}.",
            "It was not kept. Choose the certificate of the CA without any key.",
            field=field,
        )
    blocks = _blocks(text)
    usable = [block for block in blocks if _is_certificate(block)]
    if not usable:
        raise InputError(
            f"There is no certificate in {what}.",
            "Choose the .pem or .crt file of the CA.",
            field=field,
        )
    alone = usable == blocks and not _without(text, blocks).strip()
    return text if alone else "\n".join(usable) + "\n"


def _blocks(text: str) -> list[str]:
    found: list[str] = []
    end = 0
    while (begin := text.find(_BEGIN, end)) >= 0 and (stop := text.find(_END, begin)) >= 0:
        end = stop + len(_END)
        found.append(text[text.rfind(_BEGIN, begin, stop) : end])
    return found


def _without(text: str, blocks: list[str]) -> str:
    for block in blocks:
        text = text.replace(block, "", 1)
    return text


def _is_certificate(block: str) -> bool:
    """As the connection will read it."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=block)
    except (ssl.SSLError, ValueError, TypeError):
        return False
    return True
