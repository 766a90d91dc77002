"""Runs the command line as a process of its own, as an administrator would."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def command(data: Path, *arguments: str) -> list[str]:
    """The command as a list for subprocess."""
    return [sys.executable, "-m", "enate_desktop", "--data", str(data), *arguments]


def run(
    data: Path, *arguments: str, code: int = 0, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run to the end; the exit code must be ``code`` and there must be no traceback."""
    done = subprocess.run(
        command(data, *arguments), input=given, capture_output=True, timeout=120, check=False
    )
    told = done.stdout.decode() + done.stderr.decode()
    assert done.returncode == code, told
    assert "Traceback" not in told, told
    return done


def ask(data: Path, *arguments: str, code: int = 0) -> Any:
    """Run with ``--json`` and read the answer."""
    return json.loads(run(data, *arguments, "--json", code=code).stdout)


def imported(data: Path, document: Mapping[str, Any], *, enable: bool = True) -> None:
    """Import a configuration and enable its connectors."""
    data.parent.mkdir(parents=True, exist_ok=True)
    file = data.parent / "config.json"
    file.write_text(json.dumps(document))
    run(data, "config", "import", str(file))
    for connector in document["connectors"] if enable else ():
        run(data, "connector", "enable", connector["name"])
