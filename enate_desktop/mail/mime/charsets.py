"""Bytes of a mail as text, whatever they claim to be: never raises, never lets through controls."""

import binascii
import re
from encodings.aliases import aliases

_ALLOWED_NAMES = (
    "ascii utf_8 utf_16 utf_16_be utf_16_le utf_32 utf_32_be utf_32_le latin_1 iso8859_2 "
    "iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9 iso8859_10 "
    "iso8859_11 iso8859_13 iso8859_14 iso8859_15 iso8859_16 cp1250 cp1251 cp1252 cp1253 "
    "cp1254 cp1255 cp1256 cp1257 cp1258 cp437 cp850 cp852 cp855 cp858 cp862 cp866 cp874 "
    "cp932 cp949 cp950 shift_jis shift_jis_2004 shift_jisx0213 euc_jp euc_jis_2004 "
    "euc_jisx0213 iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_3 iso2022_jp_ext "
    "iso2022_kr euc_kr johab gb2312 gbk gb18030 hz big5 big5hkscs koi8_r koi8_t koi8_u "
    "kz1048 mac_cyrillic mac_greek mac_iceland mac_latin2 mac_roman mac_turkish ptcp154 "
    "tis_620"
)
_ALLOWED = frozenset(_ALLOWED_NAMES.split())
# What mail programs mean when they say this (WHATWG Encoding Standard).
_MEANT = {
    "ascii": "utf_8",
    "latin_1": "cp1252",
    "iso8859_9": "cp1254",
    "iso8859_11": "cp874",
    "tis_620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
_EXTRA = {"x_sjis": "cp932", "x_mac_roman": "mac_roman", "x_gbk": "gb18030", "ks_c_5601": "cp949"}
_CODECS = {name: _MEANT.get(name, name) for name in _ALLOWED}
_CODECS |= {
    alias: _MEANT.get(name, name) for alias, name in aliases.items() if name in _ALLOWED
} | _EXTRA
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNWANTED_IN_BODY = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def decode(data: bytes, charset: str = "") -> str:
    """``data`` in the named charset; an unknown or forbidden name as UTF-8, then Windows-1252.

    Only character sets are looked up, never other codecs of Python such as rot13 or utf-7.
    """
    codec = _CODECS.get(_SEPARATORS.sub("_", charset[:60].lower()).strip("_"), "utf_8")
    if codec == "utf_8":
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            # A single wrong byte in UTF-8 is damage; without any valid sequence it was another set.
            text = data.decode("utf-8", "replace")
            high = sum(byte > 127 for byte in data[:4096])
            return text if text.count("\ufffd", 0, 4096) * 4 < high else _western(data)
    return data.decode(codec, "replace")


def one_line(text: str) -> str:
    """``text`` without control characters, line breaks and surrogates; NUL shows as U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    return _UNWANTED.sub(_replacement, text)


def lines(text: str) -> str:
    """The same for a body: line breaks (as LF) and tabs stay."""
    return _UNWANTED_IN_BODY.sub(_replacement, text.replace("\r\n", "\n").replace("\r", "\n"))


def base64_bytes(data: bytes) -> bytes:
    """Base64 with garbage, wrong padding or a cut end: everything that can still be read."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        clean = _NOT_BASE64.sub(b"", data)
        clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def _western(data: bytes) -> str:
    return data.decode("cp1252", "replace")


def _replacement(match: re.Match[str]) -> str:
    return "\ufffd" if match[0] == "\x00" or "\ud800" <= match[0] <= "\udfff" else " "
