"""The end of the log file, line by line, for the monitor."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

LOG_NAME = "enate-desktop.log"
_READ = 256 << 10
_LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d{3} ([A-Z]+) ([\w.]+): (.*)", re.DOTALL)
_CONNECTOR = re.compile(r"connector (\d+): ")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One record; ``time`` is local as written, ``connector`` a name or empty."""

    time: str
    level: str
    connector: str
    text: str


def tail(folder: Path, names: Mapping[int, str], limit: int = 500) -> tuple[LogLine, ...]:
    """The last records of the log in ``folder``, oldest first; ``names`` are the connectors'."""
    found: list[LogLine] = []
    for line in _end_of(folder / LOG_NAME).splitlines():
        match = _LINE.fullmatch(line)
        if match is not None:
            found.append(_line(match, names))
        elif found:
            # The lines of a traceback belong to the record above them.
            found[-1] = replace(found[-1], text=f"{found[-1].text}\n{line}")
    return tuple(found[-limit:])


def _line(match: re.Match[str], names: Mapping[int, str]) -> LogLine:
    time, level, _, text = match.groups()
    connector = _CONNECTOR.match(text)
    if connector is None:
        return LogLine(time, level.lower(), "", text)
    name = names.get(int(connector[1]), f"connector {connector[1]}")
    return LogLine(time, level.lower(), name, text[connector.end() :])


def _end_of(path: Path) -> str:
    """At most 256 KiB, from the beginning of a line; empty when there is no log yet."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _READ))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return text.partition("\n")[2] if size > _READ else text
