"""The program's entry: checks what it runs on, then hands over to command line or window."""

import argparse
import sys

from enate_desktop.requirements_check import check


def main() -> int:
    """Run the program; returns the exit code."""
    problem = check()
    if problem:
        print(problem, file=sys.stderr)
        return 2
    # Only now: an unusable PySide6 or Python must be refused before anything else is loaded.
    from enate_desktop.cli import run

    return run(sys.argv[1:], _open_window)


def _open_window(options: argparse.Namespace) -> int:
    # Qt costs 120 ms and needs system libraries that the command line does without.
    from enate_desktop.app import open_window

    return open_window(options)


if __name__ == "__main__":
    sys.exit(main())
