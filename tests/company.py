"""A small company in the configuration format, for tests that need one."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from enate_desktop.storage.database import FILE_NAME, Database
from enate_desktop.wiring import Services, build_services

HERE = ("tests.",)
"""Where the keyring of the tests lives, so that it counts as a trusted one."""

_RULES: dict[str, Any] = {
    "important": False,
    "attachment_types": [],
    "subject_keywords": [],
    "recipients": [],
    "senders": [],
    "companies": [],
}


@cache
def _empty_file() -> bytes:
    """A fresh data file: running the migrations takes longer than most tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / FILE_NAME
        Database(path).close()
        return path.read_bytes()


def open_services(folder: Path, login: str = "anna", url: str | None = None) -> Services:
    """The services on ``folder`` or on the server at ``url``, with the keyring of the tests."""
    if url is not None:
        return build_services(folder, login=login, trusted_keyrings=HERE, url=url)
    if not (folder / FILE_NAME).exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE_NAME).write_bytes(_empty_file())
    return build_services(folder, login=login, trusted_keyrings=HERE)


def route(name: str, address: str = "hr@acme.example", **changes: Any) -> dict[str, Any]:
    """A route that creates a New starter case; ``rules`` may name only those that differ."""
    rules = {**_RULES, **changes.pop("rules", {})}
    return {
        "name": name,
        "address": address,
        "enabled": True,
        "process": "Acme > HR services > Onboarding > New starter",
        "category": None,
        "send_automated_emails": False,
        "test_mode": False,
        "rules": rules,
        **changes,
    }


def connector(name: str = "HR EMEA", **changes: Any) -> dict[str, Any]:
    """A receiving connector with three routes and a fallback; nothing is connected by it."""
    return {
        "name": name,
        "use_for": "incoming",
        "primary_address": "hr@acme.example",
        "enabled": False,
        "incoming": {
            "service": "other_imap",
            "host": "127.0.0.1",
            "port": 1143,
            "security": "tls",
            "username": "hr",
            "password": {"env": "HR_PASSWORD"},
            "authentication": "password",
            "additional_mailbox": None,
            "after_intake": "keep",
        },
        "outgoing": None,
        "fallback": {
            "process": "Acme > HR services > Onboarding > HR query",
            "category": "General",
            "send_automated_emails": False,
            "only_test_mode": False,
            "covers": "all",
        },
        "routes": [
            route("France", rules={"senders": ["*@acme.fr"]}),
            route("Payslips", rules={"attachment_types": [".pdf"]}),
            route("Everything else"),
        ],
        "outgoing_routes": [],
        **changes,
    }


def document(*connectors: dict[str, Any]) -> dict[str, Any]:
    """A whole configuration."""
    return {
        "format": "enate-desktop/1",
        "customers": [
            {
                "name": "Acme",
                "contracts": [
                    {
                        "name": "HR services",
                        "services": [
                            {
                                "name": "Onboarding",
                                "processes": [
                                    {
                                        "name": "HR query",
                                        "kind": "ticket",
                                        "categories": ["General", "Payroll > Error"],
                                    },
                                    {"name": "New starter", "kind": "case"},
                                ],
                            }
                        ],
                    }
                ],
            }
        ],
        "companies": [
            {"name": "Acme France", "domains": ["acme.fr"], "contacts": ["marie@acme.com"]}
        ],
        "connectors": [deepcopy(item) for item in connectors or (connector(),)],
    }
