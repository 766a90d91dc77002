"""The commands that do something."""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from enate_desktop.cli.output import say, show, show_json, table
from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.domain.work_items import End
from enate_desktop.services.exchange.service import read_document
from enate_desktop.wiring import Services, build_supervisor
from enate_desktop.worker.poller import PassResult
from enate_desktop.worker.sender import SendResult

DONE, NO = 0, 1
_MOST_MAIL_BYTES = 1 << 30
_REFRESH_SECONDS = 5.0


def worker(services: Services, options: argparse.Namespace) -> int:
    """Process mail without a window: one pass, or until interrupted."""
    if options.once:
        return _worker_once(services, options)
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    supervisor = build_supervisor(
        services,
        received=lambda mail: say(
            f"{mail.end}: {mail.subject} {' '.join(mail.references)}".strip()
        ),
    )
    say("The mailbox worker is running. Stop it with Ctrl+C.")
    try:
        keep_refreshing(supervisor.refresh, stopped)
    finally:
        clean = supervisor.stop()
    say("The mailbox worker has stopped.")
    return DONE if clean else NO


def keep_refreshing(
    refresh: Callable[[], None], stopped: threading.Event, every: float = _REFRESH_SECONDS
) -> None:
    """Refresh until ``stopped``; what stands in the way is said once, until it changes."""
    said = ""
    while not stopped.is_set():
        trouble = ""
        try:
            # Configuration changes of the window or another command arrive through the data file.
            refresh()
        except EnateError as error:
            trouble = error.sentence()
        if trouble != said:
            say(trouble or "The mailbox worker goes on.")
            said = trouble
        stopped.wait(every)


def config_export(services: Services, options: argparse.Namespace) -> int:
    """Write the configuration to a file or standard output."""
    text = json.dumps(services.exchange.export(), ensure_ascii=False, indent=2) + "\n"
    if options.file == "-":
        sys.stdout.write(text)
        return DONE
    try:
        Path(options.file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{options.file} cannot be written ({error.strerror or error}).",
            "Nothing was exported.",
        ) from None
    say(f"The configuration was written to {options.file}, without secrets.")
    return DONE


def config_import(services: Services, options: argparse.Namespace) -> int:
    """Read a configuration and show what changes."""
    standard_input = options.file == "-"
    path = None if standard_input else Path(options.file)
    document = read_document(path, standard_input() if path is None else b"")
    folder = path.resolve().parent if path else Path.cwd()
    report = services.exchange.import_(document, folder, dry_run=options.dry_run)
    if options.json:
        show_json(
            {
                "applied": report.applied,
                "changes": [
                    {
                        "kind": change.kind,
                        "name": change.name,
                        "action": change.action,
                        "field": change.field,
                        "old": change.old,
                        "new": change.new,
                    }
                    for change in report.changes
                ],
                "notes": list(report.notes),
            }
        )
    else:
        for change in report.changes:
            detail = f": {change.field} {change.old} → {change.new}" if change.field else ""
            show(f'{change.kind} "{change.name}" {change.action}{detail}')
    for note in report.notes:
        say(note)
    if not report.changes:
        say("Nothing changed." if report.applied else "Nothing would change.")
    return DONE


def _worker_once(services: Services, options: argparse.Namespace) -> int:
    supervisor = build_supervisor(services)
    results = supervisor.once()
    names = {connector.id: connector.name for connector in services.connectors.all()}
    if options.json:
        show_json(
            {
                "connectors": [_pass_json(names[key], results[key]) for key in sorted(results)],
                "outbox": [_sent_json(names[key], one) for key, one in _sorted(supervisor.outbox)],
            }
        )
    else:
        table(
            ("connector", "mails", "ends", "work items"),
            [
                (
                    names[key],
                    str(result.ends.total()),
                    ", ".join(f"{end} {n}" for end, n in sorted(result.ends.items())),
                    " ".join(result.references),
                )
                for key, result in sorted(results.items())
            ],
        )
    if not results:
        say("No connector that receives is enabled, so nothing was fetched.")
    for key, result in sorted(results.items()):
        if result.error is not None:
            say(f"{names[key]}: {result.error.sentence()}")
        if result.paused:
            say(f"{names[key]}: {result.paused}")
    for key, sent in _sorted(supervisor.outbox):
        error = sent if isinstance(sent, EnateError) else sent.error
        if error is not None:
            say(f"{names[key]}: {error.sentence()}")
    return NO if any(result.error for result in results.values()) else DONE


def _sorted(
    outbox: Mapping[int, SendResult | EnateError],
) -> list[tuple[int, SendResult | EnateError]]:
    return sorted(outbox.items(), key=lambda item: item[0])


def _sent_json(name: str, sent: SendResult | EnateError) -> dict[str, object]:
    error = sent if isinstance(sent, EnateError) else sent.error
    states = {} if isinstance(sent, EnateError) else sent.states
    return {
        "connector": name,
        "deliveries": {str(state): number for state, number in sorted(states.items()) if number},
        "error": error.sentence() if error else None,
    }


def _pass_json(name: str, result: PassResult) -> dict[str, object]:
    return {
        "connector": name,
        "taken_in": result.ends.total(),
        "ends": {str(end): result.ends[end] for end in End if result.ends[end]},
        "work_items": result.references,
        "error": result.error.sentence() if result.error else None,
    }
