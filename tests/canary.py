"""One recognisable text in every secret of a test run, and the search for it afterwards (S-02).

A pytest plugin: at the end of the run each process searches all that its tests left in pytest's
folder, what they printed and logged, and what child processes said. A find fails the run.
"""

import base64
import os
import secrets
import subprocess
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CANARY = os.environ.setdefault("TEST_CANARY", f"Cnry{secrets.token_hex(6)}")
"""Letters and digits, the same in every process of the run, another one in each run."""

GIVEN = "given-secrets"
"""The folder in which a test lays files that hold a secret on purpose, for the program to read."""

_LINE_ENDS = b"\r\n"
_BASE = pytest.StashKey[Path]()


def secret(name: str) -> str:
    """A secret for a test, of at most 50 characters like a connector's password."""
    return f"{name}-{CANARY}"


def given_secret(folder: Path, name: str, text: str) -> Path:
    """A file in ``folder`` with ``text`` in it, as an administrator would give it."""
    place = folder / GIVEN
    place.mkdir(mode=0o700, exist_ok=True)
    (place / name).write_text(text)
    return place / name


class Scanner:
    """Finds one text in bytes, in every form that it may have been written in."""

    def __init__(self, text: str = CANARY) -> None:
        self._forms = _forms(text)

    def form_in(self, data: bytes) -> str | None:
        """The name of the form in which the text is in ``data``."""
        unbroken = data.translate(None, _LINE_ENDS)
        return next((name for name, form in self._forms if form in unbroken), None)

    def search(self, folder: Path) -> Iterator["Find"]:
        """Every file below ``folder`` but those in :data:`GIVEN` folders; no link is followed."""
        for place, folders, names in os.walk(folder):
            if GIVEN in folders:
                folders.remove(GIVEN)
            for name in names:
                path = Path(place, name)
                if path.is_file() and not path.is_symlink():
                    yield self._look_into(path)

    def _look_into(self, path: Path) -> "Find":
        form = self.form_in(os.fsencode(path.name))
        if form is not None:
            return Find(f"the name of {path}", 0, form)
        try:
            data = path.read_bytes()
        except OSError as error:
            return Find(str(path), 0, f"unreadable: {error.strerror}")
        return Find(str(path), len(data), self.form_in(data))


@dataclass(frozen=True)
class Find:
    """What was searched; ``form`` is None where nothing was found."""

    where: str
    size: int
    form: str | None


def _forms(text: str) -> tuple[tuple[str, bytes], ...]:
    plain = text.encode("ascii")
    percent = "".join(f"%{byte:02X}" for byte in plain)
    hexadecimal = plain.hex()
    return (
        ("plain", plain),
        ("UTF-16", text.encode("utf-16-le").removesuffix(b"\0")),
        *(("base64", form) for form in sorted(_base64_forms(plain))),
        ("URL-encoded", percent.encode()),
        ("URL-encoded", percent.lower().encode()),
        ("hexadecimal", hexadecimal.encode()),
        ("hexadecimal", hexadecimal.upper().encode()),
    )


def _base64_forms(plain: bytes) -> set[bytes]:
    """As it stands in the middle of any base64, whatever is around it (so in XOAUTH2, too)."""
    forms = set()
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + plain)
        # Characters that share bits with the neighbours are left out.
        whole = encoded[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6]
        forms |= {whole, whole.translate(bytes.maketrans(b"+/", b"-_"))}
    return forms


class Watch:
    """What was found so far in this process, and in those of pytest-xdist."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._scanner = Scanner()
        self.lines: list[str] = []
        self.searched = [0, 0]

    def look_at(self, data: bytes | str | None, where: str) -> None:
        """Note it when the canary is in ``data``."""
        data = data.encode("utf-8", "replace") if isinstance(data, str) else data
        if data and (form := self._scanner.form_in(data)):
            self.lines.append(f"{form} in {where}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Look through what a test printed and logged."""
        report = yield
        for title, text in report.sections:
            if title.endswith(report.when):
                self.look_at(text, f"{title} of {item.nodeid}")
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Search the files, and tell the process that counts."""
        base = self._config.stash.get(_BASE, None)
        for find in self._scanner.search(base) if base else ():
            self.searched[0] += 1
            self.searched[1] += find.size
            if find.form:
                self.lines.append(f"{find.form} in {find.where}")
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output["canary"] = (self.searched, self.lines)
        elif self.lines and session.exitstatus in (pytest.ExitCode.OK, 5):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process of pytest-xdist found."""
        searched, lines = getattr(node, "workeroutput", {}).get("canary", ([0, 0], []))
        self.searched = [mine + its for mine, its in zip(self.searched, searched, strict=True)]
        self.lines += lines

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """One line, or every find."""
        files, size = self.searched
        if self.lines:
            terminalreporter.section("secrets found in what the tests left", red=True)
            for line in self.lines:
                terminalreporter.line(line, red=True)
        elif files:
            terminalreporter.line(
                f"No secret in {files:,} files ({size / 1e6:,.0f} MB) that the tests left."
            )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin to watch; log records are captured from the level at which the program writes them."""
    config.option.log_level = config.option.log_level or "INFO"
    watch = Watch(config)
    config.pluginmanager.register(watch, "canary-watch")
    communicate = subprocess.Popen.communicate

    def watched(process: subprocess.Popen[Any], *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        told = communicate(process, *args, **kwargs)
        for data in told:
            watch.look_at(data, f"the output of {process.args!r:.300}")
        return told

    subprocess.Popen.communicate = watched  # type: ignore[method-assign, assignment]
    config.add_cleanup(lambda: setattr(subprocess.Popen, "communicate", communicate))


@pytest.fixture(scope="session", autouse=True)
def watched_folder(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> None:
    """Tells the search where the files of this process are."""
    pytestconfig.stash[_BASE] = tmp_path_factory.getbasetemp()
