"""The command line in this process, on a data folder of its own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from enate_desktop.cli import run
from tests.canary import secret

Program = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ENATE_PASSPHRASE", secret("passphrase"))
    monkeypatch.setenv("HR_PASSWORD", secret("hr"))
    return tmp_path / "data"


@pytest.fixture
def program(data: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    """Runs a command: (exit code, standard output, standard error)."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["--data", str(data), *arguments], lambda _options: 99)
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


@pytest.fixture
def write(data: Path) -> Callable[[Any], str]:
    """Writes a configuration beside the data folder; returns its path."""

    def make(value: Any) -> str:
        data.parent.mkdir(exist_ok=True)
        file = data.parent / "config.json"
        file.write_text(json.dumps(value))
        return str(file)

    return make
