"""The demo company's configuration for a running demo server, and who may sign in there."""

import json
import secrets as random_secrets
from collections.abc import Mapping
from functools import cache
from typing import Any

from enate_desktop.demo.server import DemoMailServer
from enate_desktop.paths import resources_folder

FOLDERS = ("Processed",)
"""Folders every demo mailbox has beside its INBOX."""

MAILBOXES: Mapping[str, tuple[str, ...]] = {
    "hr.emea": (
        "hr@nordwind.example",
        "rh-france@nordwind.example",
        "personal@nordwind.example",
        "kadry@nordwind.example",
        "rrhh@nordwind.example",
        "jinji@nordwind.example",
        "onboarding@nordwind.example",
    ),
    "payroll": (
        "payroll@nordwind.example",
        "paie@nordwind.example",
        "expenses@nordwind.example",
        "lohn.service@nordwind.example",
    ),
    "finance.uk": (
        "invoices.uk@halden.example",
        "reminders.uk@halden.example",
        "vendors.uk@halden.example",
        "ap.uk@halden.example",
    ),
    "noreply": ("noreply@nordwind.example", "payroll-notices@nordwind.example"),
}
"""User of the demo server to the addresses whose mail that user gets, the primary one first."""

_VARIABLES = {
    "hr.emea": "ENATE_DEMO_HR",
    "payroll": "ENATE_DEMO_PAYROLL",
    "finance.uk": "ENATE_DEMO_FINANCE",
    "noreply": "ENATE_DEMO_NOREPLY",
}


def document() -> dict[str, Any]:
    """The configuration as kept in ``company.json``: ports are 0 and no authority is trusted."""
    loaded: dict[str, Any] = json.loads(
        (resources_folder() / "demo" / "company.json").read_text("utf-8")
    )
    return loaded


def configuration(server: DemoMailServer) -> dict[str, Any]:
    """The configuration in the format of SPEC 11, pointing at a started ``server``.

    Passwords stand as ``{"env": NAME}``; :func:`secrets` has what they mean.
    """
    filled = document()
    for connector in filled["connectors"]:
        for side in ("incoming", "outgoing"):
            settings = connector[side]
            if settings is not None:
                settings["host"] = server.host
                settings["port"] = _port(server, side, settings["security"])
                settings["ca_certificate"] = {"text": server.ca_certificate}
    return filled


@cache
def users() -> Mapping[str, str]:
    """Sign-in name to password; the passwords are made anew in every process."""
    return {user: random_secrets.token_urlsafe(18) for user in MAILBOXES}


def secrets() -> Mapping[str, str]:
    """What each ``{"env": NAME}`` of :func:`configuration` stands for."""
    return {_VARIABLES[user]: password for user, password in users().items()}


def addresses() -> Mapping[str, str]:
    """Every address of the company to the user who gets its mail."""
    return {address: user for user, owned in MAILBOXES.items() for address in owned}


def demo_server() -> DemoMailServer:
    """The company's mail server, not yet started."""
    return DemoMailServer(users(), addresses(), FOLDERS)


def _port(server: DemoMailServer, side: str, security: str) -> int:
    if side == "incoming":
        return server.imap_port
    return server.smtps_port if security == "tls" else server.smtp_port
