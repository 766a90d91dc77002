"""The file extensions an attachment counts as (Q-2)."""

import mimetypes
from functools import lru_cache

from enate_desktop.domain.messages import Attachment

_COMMON = {
    "application/gzip": (".gz",),
    "application/json": (".json",),
    "application/msword": (".doc",),
    "application/octet-stream": (),
    "application/pdf": (".pdf",),
    "application/rtf": (".rtf",),
    "application/vnd.ms-excel": (".xls",),
    "application/vnd.ms-outlook": (".msg",),
    "application/vnd.ms-powerpoint": (".ppt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/xml": (".xml",),
    "application/zip": (".zip",),
    "image/bmp": (".bmp",),
    "image/gif": (".gif",),
    "image/heic": (".heic",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/svg+xml": (".svg",),
    "image/tiff": (".tif", ".tiff"),
    "image/webp": (".webp",),
    "message/rfc822": (".eml",),
    "text/calendar": (".ics",),
    "text/csv": (".csv",),
    "text/html": (".html", ".htm"),
    "text/plain": (".txt",),
    "text/vcard": (".vcf",),
    "text/xml": (".xml",),
}
# An instance of our own reads none of the machine's files, so every machine decides alike.
_OTHERS = mimetypes.MimeTypes()


def extensions_of(attachment: Attachment) -> tuple[str, ...]:
    """Its last extension in lower case with the dot; those of its media type without a name.

    A name without an extension has none: Q-2 asks the media type only where there is no name.
    """
    name = attachment.name.casefold().strip().rstrip(". ")
    last = name.replace("\\", "/").rpartition("/")[2]
    end = last.rpartition(".")[2].strip() if "." in last else ""
    if end:
        return ("." + end,)
    if name:
        return ()
    return _of_type(attachment.media_type.partition(";")[0].strip().lower())


@lru_cache(maxsize=1024)
def _of_type(media_type: str) -> tuple[str, ...]:
    known = _COMMON.get(media_type)
    if known is None:
        guess = _OTHERS.guess_extension(media_type, strict=True)
        known = (guess,) if guess else ()
    return known
