"""Results to standard output, messages to standard error."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from enate_desktop.domain.errors import EnateError


def say(text: str) -> None:
    """A message for the person, on standard error."""
    print(safe(text), file=sys.stderr)


def complain(error: EnateError) -> None:
    """A known problem as a plain sentence."""
    say(error.sentence())


def show_json(value: object) -> None:
    """A result as JSON; times as ISO 8601 in UTC."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def show(text: str) -> None:
    """A line of a result."""
    print(safe(text))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows in columns, wide ones cut at 60 characters."""
    lines = [tuple(headings), *(tuple(_cut(cell) for cell in row) for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(headings))]
    for line in lines:
        show(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )


def safe(text: str) -> str:
    """``text`` without control characters: a mail must not be able to steer the terminal."""
    shown = "".join(
        c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
    encoding = sys.stdout.encoding or "utf-8"
    return shown.encode(encoding, "replace").decode(encoding)


def moment(at: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the second."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds")


def _cut(text: str, width: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    return str(value)
