"""Tiny but well-formed files to attach to the demo's mails; the same name gives the same bytes."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

_DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def sample(name: str) -> tuple[str, bytes]:
    """Media type and content for a file called ``name``, by its extension."""
    extension = name.rpartition(".")[2].lower()
    media_type, make = _KINDS.get(extension, ("application/octet-stream", _text))
    return media_type, make(name)


def pdf(title: str) -> bytes:
    """A one-page PDF 1.4 that shows ``title`` (outside ASCII as question marks)."""
    shown = (
        title.encode("ascii", "replace").replace(b"\\", b"").replace(b"(", b"").replace(b")", b"")
    )
    stream = b"BT /F1 18 Tf 60 760 Td (" + shown + b") Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def docx(title: str) -> bytes:
    """A Word document of one paragraph."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return _package(
        "word/document.xml",
        f"{_DOCUMENT_TYPE}.main+xml",
        {
            "word/document.xml": f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>'
            f"{_escaped(title)}</w:t></w:r></w:p></w:body></w:document>"
        },
        {},
    )


def xlsx(title: str) -> bytes:
    """A workbook with one sheet and two cells."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return _package(
        "xl/workbook.xml",
        f"{_SHEET_TYPE}.main+xml",
        {
            "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONSHIPS}">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}"><sheetData><row r="1">'
            f'<c r="A1" t="inlineStr"><is><t>{_escaped(title)}</t></is></c>'
            '<c r="B1"><v>1</v></c></row></sheetData></worksheet>',
        },
        {
            "/xl/worksheets/sheet1.xml": "application/vnd.openxmlformats-officedocument"
            ".spreadsheetml.worksheet+xml"
        },
    )


def png(_title: str = "") -> bytes:
    """A grey picture of 8 by 8 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    rows = b"".join(b"\0" + bytes(range(96, 160, 8)) for _ in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def jpeg(_title: str = "") -> bytes:
    """A grey baseline picture of 8 by 8 pixels: one block, every coefficient zero."""

    def segment(marker: int, body: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body

    one_code = bytes((1, *([0] * 15), 0))
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
        + segment(0xDB, b"\0" + b"\x10" * 64)
        + segment(0xC0, struct.pack(">BHHBBBB", 8, 8, 8, 1, 1, 0x11, 0))
        + segment(0xC4, b"\x00" + one_code)
        + segment(0xC4, b"\x10" + one_code)
        + segment(0xDA, bytes((1, 1, 0, 0, 63, 0)))
        + b"\x3f\xff\xd9"
    )


def _package(
    main: str, main_type: str, parts: Mapping[str, str], types: Mapping[str, str]
) -> bytes:
    """An Open Packaging file whose main part is ``main``; every entry carries the same date."""
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{kind}"/>'
        for part, kind in {f"/{main}": main_type, **types}.items()
    )
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
        'package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONSHIPS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="{main}"/></Relationships>',
        **parts,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.create_system = 3
            archive.writestr(entry, _XML + text)
    return buffer.getvalue()


def _csv(title: str) -> bytes:
    return f"item;amount\r\n{title};12,50\r\nStamps;8,40\r\n".encode()


def _xml(title: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">'
        f"<Note>{_escaped(title)}</Note></Invoice>\n"
    ).encode()


def _text(title: str) -> bytes:
    return f"{title}\r\n".encode()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


_KINDS: Mapping[str, tuple[str, Callable[[str], bytes]]] = {
    "pdf": ("application/pdf", pdf),
    "docx": (_DOCUMENT_TYPE, docx),
    "xlsx": (_SHEET_TYPE, xlsx),
    "png": ("image/png", png),
    "jpg": ("image/jpeg", jpeg),
    "csv": ("text/csv", _csv),
    "xml": ("application/xml", _xml),
}
