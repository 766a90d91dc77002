"""A warm process of the program, to be forked for every run; see :mod:`tests.crash.worker`."""

import os
import subprocess
import sys
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.crash.job import Answer, Job


class Zygote:
    """A context manager; :meth:`do` runs one job at a time."""

    def __init__(self, password: str) -> None:
        """``password`` opens every mailbox; prepared data name it HR_PASSWORD."""
        self._environment = {**os.environ, "HR_PASSWORD": password, "ENATE_PASSPHRASE": ""}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["nice", sys.executable, "-m", "tests.crash.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._environment,
            text=True,
        )
        self._warm = False
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(OSError):
            self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(20)

    def do(self, job: Job) -> Answer:
        """Run ``job`` in a fork and wait for its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if not self._warm:
            assert self._process.stdout.readline() == "ready\n"
            self._warm = True
        self._process.stdin.write(job.text() + "\n")
        self._process.stdin.flush()
        return Answer.of(self._process.stdout.readline())
