"""The commands and their options."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from enate_desktop import __version__
from enate_desktop.domain.outbox import DeliveryState


class _Parser(argparse.ArgumentParser):
    """Refuses abbreviations, so that a new option never changes what an old script means."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **kwargs})  # type: ignore[arg-type]


_Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"  # noqa: SLF001  # it has no other name


def build_parser() -> argparse.ArgumentParser:
    """The parser; ``command`` names the function in the command modules."""
    parser = _Parser(
        prog="enate-desktop",
        description="Shared mailboxes become Tickets and Cases. Without a command: the window.",
        epilog="Exit codes: 0 done, 1 the answer is no, 2 wrong use or unusable input.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    _common(parser, default=True)
    parser.set_defaults(command="window")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)

    _programs(commands)
    _configuration(commands)
    _connectors_and_routes(commands)
    _pins(commands)
    for name, words in (
        ("backup", "write everything into one file"),
        ("restore", "go back to a backup; what is there now is kept"),
    ):
        _add(commands, name, name, words).add_argument("file", metavar="FILE", type=Path)
    _ledger(commands)
    _outbox(commands)
    for name, words in (
        ("work-items", "Tickets and Cases"),
        ("unhandled", "mails that made no work item"),
        ("quarantine", "mails that could not be processed"),
        ("activity", "who changed what"),
    ):
        listing = _add(commands, name, name.replace("-", "_"), words)
        listing.add_argument(
            "--limit", type=_number, default=0, metavar="N", help="the newest N only"
        )
        if name == "activity":
            _activity(listing)
    return parser


def _outbox(commands: _Commands) -> None:
    outbox = _add(commands, "outbox", "outbox", "automated emails and how far each got")
    outbox.add_argument("--limit", type=_number, default=0, metavar="N", help="the newest N only")
    outbox.add_argument("--state", choices=[str(state) for state in DeliveryState])
    for verb, words in (("retry", "send these again"), ("discard", "never send these")):
        outbox.add_argument(f"--{verb}", type=_number, nargs="+", metavar="ID", help=words)
    outbox.add_argument(
        "--start-again", action="store_true", help="go on after sending was stopped for too many"
    )


def _ledger(commands: _Commands) -> None:
    ledger = _add(commands, "ledger", "ledger", "what mailboxes hold and what became of it")
    ledger.add_argument("--connector", metavar="NAME", help="only this connector")
    ledger.add_argument("--check", action="store_true", help="ask the servers now")


def _activity(listing: _Parser) -> None:
    listing.add_argument("--connector", metavar="NAME", help="of this connector and its order")
    listing.add_argument("--kind", metavar="KIND", help="such as route, connector or process")
    listing.add_argument("--who", metavar="LOGIN", help="by this person")
    listing.add_argument("--since", type=_moment, metavar="DAY", help="such as 2026-11-23")
    listing.add_argument("--csv", type=Path, metavar="FILE", help="write it to a file instead")


def _programs(commands: _Commands) -> None:
    demo = _add(commands, "demo", "demo", "the window on demo data with a built-in mail server")
    demo.add_argument("--pictures", metavar="DIR", type=Path, help="save a picture of every page")
    worker = _add(commands, "worker", "worker", "process mail without a window")
    worker.add_argument("--once", action="store_true", help="one pass over every connector")


def _configuration(commands: _Commands) -> None:
    config = _group(commands, "config", "the configuration as a file")
    export = _add(config, "export", "config_export", "write everything but secrets")
    export.add_argument("file", metavar="FILE|-")
    import_ = _add(config, "import", "config_import", "read a configuration, all or nothing")
    import_.add_argument("file", metavar="FILE|-")
    import_.add_argument("--dry-run", action="store_true", help="only show what would change")
    _add(config, "check", "config_check", "the warnings of the routes")


def _connectors_and_routes(commands: _Commands) -> None:
    connector = _group(commands, "connector", "test and switch connectors")
    test = _add(connector, "test", "connector_test", "test the connection in stages")
    test.add_argument("name", metavar="NAME")
    test.add_argument("--send-to", metavar="ADDRESS", help="also send a test mail there")
    test.add_argument("--route", metavar="ROUTE", help="only this outgoing route of it")
    sign_in = _add(connector, "sign-in", "connector_sign_in", "sign in with OAuth 2.0")
    sign_in.add_argument("name", metavar="NAME")
    for verb, words in (("enable", "test, then switch on"), ("disable", "switch off")):
        switch = _add(connector, verb, f"connector_{verb}", words)
        switch.add_argument("name", metavar="NAME")
        switch.add_argument("--route", metavar="ROUTE", help="only this outgoing route of it")

    route = _group(commands, "route", "ask the routes")
    explain = _add(route, "explain", "route_explain", "what would happen to a mail, and why")
    explain.add_argument("file", metavar="MAIL.eml|-")
    explain.add_argument("--connector", metavar="NAME", help="only this connector")
    replay = _add(route, "replay", "route_replay", "which recent mails would go elsewhere")
    replay.add_argument(
        "--last", type=_number, default=500, metavar="N", help="mails per connector"
    )
    replay.add_argument("--against", metavar="CONFIG.json", help="a proposed configuration")
    wish = _add(route, "wish", "route_wish", "what it would take that a route takes a mail")
    wish.add_argument("file", metavar="MAIL.eml|-")
    wish.add_argument("--route", required=True, metavar="NAME")
    wish.add_argument("--connector", metavar="NAME", help="only this connector")


def _pins(commands: _Commands) -> None:
    pin = _group(commands, "pin", "mails with what must become of them")
    add = _add(pin, "add", "pin_add", "pin a mail to what the routes do with it today")
    add.add_argument("name", metavar="NAME")
    add.add_argument("file", metavar="MAIL.eml|-")
    add.add_argument("--connector", metavar="NAME", help="only this connector")
    remove = _add(pin, "remove", "pin_remove", "forget a pinned mail")
    remove.add_argument("name", metavar="NAME")
    remove.add_argument("--connector", required=True, metavar="NAME")
    _add(pin, "run", "pin_run", "run every pinned mail through the routes")


def _group(commands: _Commands, name: str, words: str) -> _Commands:
    group = commands.add_parser(name, help=words, description=words)
    _common(group, default=False)
    return group.add_subparsers(
        title="commands", metavar="COMMAND", required=True, parser_class=_Parser
    )


def _add(commands: _Commands, name: str, command: str, words: str) -> _Parser:
    parser = commands.add_parser(name, help=words, description=words)
    parser.set_defaults(command=command)
    _common(parser, default=False)
    return parser


def _number(text: str) -> int:
    """A number of things to list or look at."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000000000")
    return int(text)


def _moment(text: str) -> datetime:
    """A day or a moment, of the local time zone unless it names one."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-11-23") from None


def _folder(text: str) -> Path:
    """A folder with a name."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the folder has no name")
    return Path(text)


def _address(text: str) -> str:
    """The address of a database; a refusal does not repeat it, a password may be in it."""
    if not text.startswith(("postgresql://", "postgresql+psycopg://")):
        raise argparse.ArgumentTypeError("it does not begin with postgresql+psycopg://")
    return text


def _common(parser: argparse.ArgumentParser, *, default: bool) -> None:
    """Options that may stand before or behind the command."""
    missing = None if default else argparse.SUPPRESS
    parser.add_argument(
        "--data", metavar="DIR", type=_folder, default=missing, help="the data folder"
    )
    parser.add_argument(
        "--database",
        metavar="URL",
        type=_address,
        default=missing,
        help="a PostgreSQL server to share: postgresql+psycopg://login@server/database",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        default=False if default else argparse.SUPPRESS,
        help="results as JSON",
    )
