"""Signing in from the command line."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.canary import CANARY
from tests.cli.conftest import Program
from tests.company import connector, document
from tests.servers.identity_person import Person
from tests.servers.identity_provider import IdentityProvider

SIGN_IN = ("connector", "sign-in", "HR EMEA")


def incoming(provider: IdentityProvider, **oauth: Any) -> dict[str, Any]:
    return {
        "service": "other_imap",
        "host": "127.0.0.1",
        "port": 1,
        "authentication": "oauth2",
        "username": "hr@acme.example",
        "ca_certificate": {"text": provider.ca_pem},
        "oauth": {"client_id": provider.client_id, "issuer": provider.issuer, **oauth},
    }


def sign_in(data: Path, provider: IdentityProvider) -> tuple[int, str, str]:
    """Runs the command beside somebody who does what it says on standard error."""
    command = [sys.executable, "-m", "enate_desktop", "--data", str(data), *SIGN_IN, "--json"]
    said = ""
    with (
        Person(provider) as person,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as running,
    ):
        assert running.stdout is not None
        assert running.stderr is not None
        late = threading.Timer(60, running.kill)
        late.start()
        for line in running.stderr:
            said += line
            if found := re.match(r"https://\S+/authorize\S+", line):
                person.open_page(found[0])
            if found := re.match(r"The code: (\S+)", line):
                person.show_code(found[1], "", 0)
        out = running.stdout.read()
        late.cancel()
    return running.returncode, out, said


@pytest.mark.parametrize("flow", ["browser", "device"])
def test_a_person_signs_in_on_the_terminal(
    program: Program,
    write: Callable[[Any], str],
    provider: IdentityProvider,
    data: Path,
    flow: str,
) -> None:
    """SPEC 11: the address or the code is printed, the sign-in is kept; no secret is shown."""
    program("config", "import", write(document(connector(incoming=incoming(provider, flow=flow)))))
    code, out, said = sign_in(data, provider)
    assert code == 0, said
    assert json.loads(out) == {
        "connector": "HR EMEA",
        "accounts": {"incoming": "hr@acme.example"},
        "enabled": False,
    }
    assert 'enate-desktop connector enable "HR EMEA"' in said
    assert CANARY not in said + out
    _, out, _ = program("config", "export", "-")
    assert json.loads(out)["connectors"][0]["incoming"]["refresh_token"] == {"set": True}


@pytest.mark.parametrize("oauth", [None, {"flow": "application", "tenant": "acme.example"}])
def test_where_nobody_needs_to_sign_in_it_is_said(
    program: Program,
    write: Callable[[Any], str],
    provider: IdentityProvider,
    oauth: dict[str, Any] | None,
) -> None:
    """SPEC 11: 2 for wrong use."""
    changes: dict[str, Any] = {} if oauth is None else {"incoming": incoming(provider, **oauth)}
    program("config", "import", write(document(connector(**changes))))
    code, _, said = program(*SIGN_IN)
    assert code == 2
    assert "Nobody needs to sign in" in said


def test_a_refused_sign_in_is_said(
    program: Program, write: Callable[[Any], str], provider: IdentityProvider, data: Path
) -> None:
    """SPEC 11: nothing is kept."""
    program("config", "import", write(document(connector(incoming=incoming(provider)))))
    provider.denies = "access_denied"
    code, _, said = sign_in(data, provider)
    assert code == 2
    assert "permission was not given" in said
    _, out, _ = program("config", "export", "-")
    assert "refresh_token" not in json.loads(out)["connectors"][0]["incoming"]
