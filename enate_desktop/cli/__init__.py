"""The command line: the same services without the window (SPEC 11)."""

from enate_desktop.cli.main import run

__all__ = ["run"]
