"""Runs one command and turns what happened into an exit code: 0 done, 1 no, 2 unusable."""

import getpass
import logging
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper

from enate_desktop.cli import (
    analysis,
    commands,
    connectors,
    data,
    ledger,
    listings,
    outbox,
    sign_in,
)
from enate_desktop.cli.output import complain, say
from enate_desktop.cli.parser import build_parser
from enate_desktop.domain.errors import EnateError
from enate_desktop.logs import start_logging
from enate_desktop.paths import default_data_folder
from enate_desktop.wiring import build_services

UNUSABLE = 2
_log = logging.getLogger(__name__)


def run(arguments: Sequence[str], open_window: Callable[..., int]) -> int:
    """Run the command named by ``arguments``; ``open_window`` serves the ones with a window."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A pipe may have any encoding; results are UTF-8, as JSON is.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    options = build_parser().parse_args(arguments)
    try:
        if options.command in ("window", "demo"):
            return open_window(options)
        folder = options.data or default_data_folder()
        services = build_services(folder, _ask_passphrase, url=options.database)
        start_logging(folder)
        try:
            return _function(options.command)(services, options)
        finally:
            services.close()
    except EnateError as error:
        complain(error)
        return UNUSABLE
    except KeyboardInterrupt:
        say("Stopped. Nothing that was taken in is lost.")
        return 130
    except BrokenPipeError:
        # The reader went away (head, less): nothing is wrong.
        sys.stderr.close()
        return 0
    except OSError as error:
        say(f"The result could not be written ({error.strerror or error}). No mail was changed.")
        return UNUSABLE
    except Exception:
        # A bug of ours: the log has it, the person gets a sentence.
        _log.exception("unexpected error in %s", options.command)
        say("Something unexpected happened. Your data is safe; the log file says more.")
        return UNUSABLE


def _function(name: str) -> Callable[..., int]:
    """The function of a command; the parser knows no other names than these modules have."""
    modules = (commands, connectors, sign_in, analysis, listings, ledger, data, outbox)
    found: Callable[..., int] = next(getattr(m, name) for m in modules if hasattr(m, name))
    return found


def _ask_passphrase(new: bool) -> str | None:
    if not sys.stdin.isatty():
        return None
    first = getpass.getpass("New passphrase for stored secrets: " if new else "Passphrase: ")
    if new and getpass.getpass("Once more: ") != first:
        say("The two passphrases differ.")
        return None
    return first
