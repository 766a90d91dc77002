"""The commands that back everything up and go back to it."""

import argparse

from enate_desktop.cli.output import moment, say, show_json
from enate_desktop.paths import default_data_folder
from enate_desktop.services.backup import Backup
from enate_desktop.services.bundle import Services


def backup(services: Services, options: argparse.Namespace) -> int:
    """Write everything into one file and read it back."""
    made = services.backup.write(options.file)
    if options.json:
        show_json(_facts(made))
    say(f"{_contents(made)} were backed up to {made.path} and read back.")
    say("Keep the key too: stored secrets can only be read where the keyring or key file is.")
    return 0


def restore(services: Services, options: argparse.Namespace) -> int:
    """Go back to a backup; what is there now is backed up first."""
    folder = options.data or default_data_folder()
    found, kept = services.backup.restore(options.file, folder)
    if options.json:
        show_json({**_facts(found), "kept": str(kept)})
    say(f"{_contents(found)} were restored from {found.path}.")
    say(f"What was there before is kept in {kept}.")
    say("Automated emails are stopped until somebody starts them again: see the outbox.")
    say("Mail that is still on a server and that the backup does not know is taken in again.")
    return 0


def _contents(found: Backup) -> str:
    numbers = (
        (found.connectors, "connectors"),
        (found.routes, "routes"),
        (found.mails, "mails"),
        (found.work_items, "work items"),
    )
    *first, last = (f"{number} {name}" for number, name in numbers)
    return f"{', '.join(first)} and {last}"


def _facts(found: Backup) -> dict[str, object]:
    return {
        "file": str(found.path),
        "bytes": found.size,
        "connectors": found.connectors,
        "routes": found.routes,
        "mails": found.mails,
        "work_items": found.work_items,
        "newest_change": moment(found.made),
    }
