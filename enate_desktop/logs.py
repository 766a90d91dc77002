"""The log file: rotating, private, and without secrets or control characters."""

import logging
import logging.handlers
import os
import re
from io import TextIOWrapper
from pathlib import Path

_SECRETS = re.compile(
    r"(?i)(pass(?:word|phrase|wd)?|secret|token|bearer|authorization|xoauth2)(\W{1,4})(\S+)"
)


class MaskingFormatter(logging.Formatter):
    """Hides what follows words such as ``password=`` and shows control characters as escapes."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as text."""
        text = _SECRETS.sub(r"\1\2•••", super().format(record))
        return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)


class PrivateFileHandler(logging.handlers.RotatingFileHandler):
    """A rotating file that only its owner can read."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        return os.fdopen(descriptor, "a", encoding=self.encoding)


def start_logging(folder: Path) -> None:
    """Write to ``enate-desktop.log`` in ``folder`` and nowhere else: five files of 1 MB."""
    handler = PrivateFileHandler(
        folder / "enate-desktop.log", maxBytes=1 << 20, backupCount=4, encoding="utf-8", delay=True
    )
    handler.setFormatter(MaskingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    for former in [h for h in root.handlers if isinstance(h, PrivateFileHandler)]:
        root.removeHandler(former)
        former.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
