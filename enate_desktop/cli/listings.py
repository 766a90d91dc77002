"""The commands that list what is there."""

import argparse
from itertools import islice

from enate_desktop.cli.output import moment, say, show_json, table
from enate_desktop.domain.history import HistoryFilter
from enate_desktop.domain.work_items import WorkItem
from enate_desktop.services.bundle import Services
from enate_desktop.services.work_items import LedgerLine

_EVERYTHING = 1_000_000_000


def work_items(services: Services, options: argparse.Namespace) -> int:
    """Tickets and Cases, oldest first."""
    page = services.work_items.page(limit=options.limit or _EVERYTHING)
    items = tuple(reversed(page.items))
    if options.json:
        show_json([_work_item(item) for item in items])
    else:
        table(
            ("reference", "process", "state", "mode", "route", "connector", "from", "subject"),
            [
                (
                    item.reference,
                    item.process,
                    item.state,
                    "Test" if item.test_mode else "Live",
                    item.route,
                    item.connector,
                    item.sender,
                    item.subject,
                )
                for item in items
            ],
        )
    return 0


def unhandled(services: Services, options: argparse.Namespace) -> int:
    """Mails that neither created nor joined a work item, oldest first."""
    return _mails(services.work_items.unhandled(options.limit or _EVERYTHING), options)


def quarantine(services: Services, options: argparse.Namespace) -> int:
    """Mails that could not be processed, oldest first."""
    return _mails(services.work_items.quarantine(options.limit or _EVERYTHING), options)


def activity(services: Services, options: argparse.Namespace) -> int:
    """The history, oldest first; or to a file, newest first."""
    wanted = _wanted_activity(services, options)
    if options.csv is not None:
        count = services.history.export_csv(options.csv, wanted)
        say(f"{count} lines were written to {options.csv.name}.")
        return 0
    lines = (entry for change in services.history.all(wanted) for entry in reversed(change.entries))
    entries = tuple(reversed(tuple(islice(lines, options.limit or _EVERYTHING))))
    if options.json:
        show_json(
            [
                {
                    "at": moment(e.at),
                    "who": e.who,
                    "kind": e.kind,
                    "name": e.name,
                    "action": e.action,
                    "field": e.field,
                    "old": e.old,
                    "new": e.new,
                }
                for e in entries
            ]
        )
    else:
        table(
            ("at", "who", "what", "action", "field", "old", "new"),
            [
                (moment(e.at) or "", e.who, f"{e.kind} {e.name}", e.action, e.field, e.old, e.new)
                for e in entries
            ],
        )
    return 0


def _wanted_activity(services: Services, options: argparse.Namespace) -> HistoryFilter:
    subject = None
    if options.connector is not None:
        subject = ("connector", services.connectors.find(options.connector).id)
    return HistoryFilter(
        kinds=(options.kind,) if options.kind else (),
        subject=subject,
        who=options.who or "",
        since=options.since,
    )


def _mails(lines: tuple[LedgerLine, ...], options: argparse.Namespace) -> int:
    lines = tuple(reversed(lines))
    if options.json:
        show_json(
            [
                {
                    "connector": line.connector,
                    "received": moment(line.received),
                    "from": line.sender,
                    "subject": line.subject,
                    "message_id": line.message_id,
                    "reason": line.reason,
                }
                for line in lines
            ]
        )
    else:
        table(
            ("received", "connector", "from", "subject", "reason"),
            [
                (
                    moment(line.received) or "",
                    line.connector,
                    line.sender,
                    line.subject,
                    line.reason,
                )
                for line in lines
            ],
        )
    return 0


def _work_item(item: WorkItem) -> dict[str, object]:
    return {
        "reference": item.reference,
        "kind": item.kind,
        "process": item.process,
        "category": item.category,
        "state": item.state,
        "test_mode": item.test_mode,
        "from": item.sender,
        "subject": item.subject,
        "route": item.route,
        "connector": item.connector,
        "message_id": item.message_id,
        "recipient": item.recipient,
        "created": moment(item.created),
    }
