"""Reading a list of companies and contacts as spreadsheet programs write it (RFC 4180)."""

import csv
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO
from pathlib import Path

from enate_desktop.domain.errors import InputError
from enate_desktop.domain.rules import folded

MOST_BYTES = 10 * 1024 * 1024
MOST_LINES = 100_000
_DELIMITERS = (";", ",", "\t")
_NOTHING = "Nothing was changed."
_FORMULA = re.compile(r"^'(?=[=+\-@\t\r])")


class Column(StrEnum):
    """What a column says."""

    COMPANY = "company"
    DOMAINS = "domain"
    EMAIL = "email"
    NAME = "name"


_TITLES: Mapping[Column, str] = {
    Column.COMPANY: "company; company name; organization; organisation; firma; firmenname;"
    " unternehmen; société; societe; entreprise; organisme",
    Column.DOMAINS: "domain; domains; domain(s); domäne; domänen; domaine; domaines",
    Column.EMAIL: "email; e-mail; mail; email address; e-mail address; address; e-mail-adresse;"
    " mailadresse; adresse; courriel; adresse e-mail; adresse email; adresse de messagerie",
    Column.NAME: "name; contact; contact name; full name; display name; kontakt; ansprechpartner;"
    " vollständiger name; nom; nom complet; nom du contact",
}
_COLUMNS = {
    folded(title): column for column, titles in _TITLES.items() for title in titles.split(";")
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file; ``number`` counts from 1, the header included."""

    number: int
    values: Mapping[Column, str]


def read_lines(path: Path) -> tuple[Line, ...]:
    """The lines below the header; blank ones are left out.

    Raises InputError for a file that cannot be read, is too large, or has no header row.
    """
    text = _text(_bytes(path))
    first, _, rest = text.partition("\n")
    skipped = 0
    if re.fullmatch(r"\"?sep=.\"?\r?", first):  # a hint of Excel's
        text, skipped = rest, 1
    delimiter = max(_DELIMITERS, key=lambda each: len(_header(text, each)))
    columns = _header(text, delimiter)
    if not {Column.COMPANY, Column.EMAIL} & set(columns.values()):
        raise InputError(
            "The first line does not name the columns.",
            "It must hold company or email, and may hold domain and name. " + _NOTHING,
        )
    if len(set(columns.values())) < len(columns):
        raise InputError("The first line names a column twice.", _NOTHING)
    return tuple(_lines(text, delimiter, columns, skipped))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(
            f'"{path.name}" cannot be read.', f"{error.strerror}. {_NOTHING}"
        ) from error
    if len(data) > MOST_BYTES:
        raise InputError(f'"{path.name}" is larger than 10 MB.', f"Import it in parts. {_NOTHING}")
    return data


def _text(data: bytes) -> str:
    """UTF-16 by its mark, UTF-8 where it is that, else the Windows code page of western Europe."""
    for encoding in (
        ("utf-16",)
        if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
        else (
            "utf-8-sig",
            "cp1252",
        )
    ):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError(
        "The file is not a text file.", f"Save the table as CSV (UTF-8) first. {_NOTHING}"
    )


def _header(text: str, delimiter: str) -> dict[int, Column]:
    """The place of each column that is known."""
    try:
        row = next(csv.reader(StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return {}
    places = {place: _COLUMNS.get(folded(title)) for place, title in enumerate(row)}
    return {place: column for place, column in places.items() if column is not None}


def _lines(
    text: str, delimiter: str, columns: Mapping[int, Column], skipped: int
) -> Iterable[Line]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    number, count = 0, 0
    try:
        for row in reader:
            first, number = number + 1, reader.line_num
            if first == 1 or not any(cell.strip() for cell in row):
                continue
            count += 1
            if count > MOST_LINES:
                raise InputError(
                    "The file has more than 100,000 lines.", f"Import it in parts. {_NOTHING}"
                )
            values = {
                column: _FORMULA.sub("", row[place].strip())
                for place, column in columns.items()
                if place < len(row)
            }
            yield Line(first + skipped, values)
    except csv.Error as error:
        raise InputError(
            f"Line {reader.line_num + skipped} of the file cannot be read.",
            f"A quotation mark may be missing there. {_NOTHING}",
        ) from error
