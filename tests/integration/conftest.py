"""A configured connector on a real Dovecot, driven through the command line's own services."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.canary import secret
from tests.company import connector, document, route
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki

Configure = Callable[..., dict[str, Any]]


@pytest.fixture
def configure(dovecot: Dovecot, mailbox_user: str, pki: Pki) -> Configure:
    """A document whose one connector reads ``mailbox_user``; keyword arguments change incoming."""

    def make(**changes: Any) -> dict[str, Any]:
        made = connector(
            routes=[
                route("France", rules={"senders": ["*@acme.fr"]}, send_automated_emails=True),
                route("Payslips", rules={"attachment_types": [".pdf"]}),
                route("Urgent", rules={"subject_keywords": ["urgent"]}, test_mode=True),
                route("Payroll", "payroll@acme.example"),
            ]
        )
        made["incoming"] |= {
            "port": dovecot.imaps_port,
            "host": "localhost",
            "username": mailbox_user,
            "ca_certificate": {"text": pki.ca_pem},
            "first_intake": "all",
            **changes,
        }
        return document(made)

    return make


@pytest.fixture(autouse=True)
def secrets(dovecot: Dovecot, mailbox_user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HR_PASSWORD", dovecot.password(mailbox_user))
    monkeypatch.setenv("ENATE_PASSPHRASE", secret("passphrase"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"
