"""Two receiving and two sending servers, with every protocol, security and sign-in (issue 4)."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from enate_desktop.domain.connectors import (
    Authentication,
    FirstIntake,
    Security,
    StartFrom,
)
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.work_items import End
from enate_desktop.mail.report import Stage, StageResult, StageState
from enate_desktop.wiring import build_supervisor
from tests.canary import CANARY, secret
from tests.company import document, open_services
from tests.integration.matrix import (
    CELLS,
    IMPOSSIBLE,
    NOT_RUN,
    RECEIVING,
    RUN,
    Cell,
    Impossible,
    Proof,
    why_not,
)
from tests.integration.meeting import Arena, Meeting
from tests.integration.test_intake import mail
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import DEMANDS_CERTIFICATE, Dovecot
from tests.servers.identity_provider import IdentityProvider
from tests.servers.pki import Pki
from tests.servers.postfix import Postfix
from tests.servers.smtp_sink import Demand, SmtpSink

TAKEN_IN = (
    Cell("dovecot", "imap", Security.TLS, Authentication.OAUTH2),
    Cell("dovecot", "pop3", Security.STARTTLS, Authentication.OAUTH2),
    Cell("cyrus", "imap", Security.STARTTLS, Authentication.PASSWORD),
    Cell("cyrus", "pop3", Security.TLS, Authentication.PASSWORD),
)

_MECHANISMS = {Authentication.PASSWORD: "PLAIN", Authentication.OAUTH2: "XOAUTH2"}
_REFUSED_AT = {
    Authentication.PASSWORD: Stage.SIGN_IN,
    Authentication.OAUTH2: Stage.SIGN_IN,
    Authentication.NONE: Stage.SEND,
    Authentication.CERTIFICATE: Stage.TLS,
}


@pytest.fixture
def arena(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pki: Pki,
    server_provider: IdentityProvider,
    dovecot: Dovecot,
    cyrus: Cyrus,
    postfix: Postfix,
    smtp_sink: SmtpSink,
) -> Iterator[Arena]:
    monkeypatch.setenv("HR_PASSWORD", secret("hr"))
    services = open_services(tmp_path / "data")
    yield Arena(services, pki, server_provider, dovecot, cyrus, postfix, smtp_sink)
    services.close()


def test_no_cell_is_missing() -> None:
    """The whole product is there, each reason is needed, and so many cells are really run."""
    assert len(set(CELLS)) == 4 * 3 * 3 * 4
    assert (len(RUN), len(NOT_RUN)) == (36, 108)
    counted = Counter((cell.server, cell.protocol) for cell in RUN)
    assert counted == {
        ("dovecot", "imap"): 5,
        ("dovecot", "pop3"): 5,
        ("cyrus", "imap"): 3,
        ("cyrus", "pop3"): 3,
        ("postfix", "smtp"): 10,
        ("aiosmtpd", "smtp"): 10,
    }
    assert {why_not(cell) for cell in NOT_RUN} == set(IMPOSSIBLE)


@pytest.mark.parametrize("cell", RUN, ids=str)
def test_a_cell_works_with_the_right_secret_only(arena: Arena, cell: Cell) -> None:
    """C-03, C-06, C-13: the staged test passes; with a wrong secret it does not."""
    meeting = Meeting(arena, cell)
    test = meeting.test(meeting.secrets())
    assert test.ok, test.report.summary
    tls = next(stage for stage in test.report.stages if stage.stage == "tls")
    clear = cell.security is Security.NONE
    assert tls.state is (StageState.NOT_NEEDED if clear else StageState.PASSED)
    if not cell.receives:
        wait_for_mails(meeting, 1)
    if cell.server == "aiosmtpd":
        (taken,) = arena.sink.mails_to(meeting.address)
        signed_in = (meeting.user, _MECHANISMS.get(cell.authentication, ""))
        assert (taken.user, taken.mechanism) == (signed_in if signed_in[1] else ("", ""))

    demand = Demand.SIGN_IN if cell.authentication is Authentication.NONE else None
    failure = meeting.test(meeting.wrong_secrets(), demand=demand).report.failure
    assert failure is not None
    assert failure.stage is _REFUSED_AT[cell.authentication]
    assert failure.field.startswith(f"{meeting.side}.")
    assert failure.cause.endswith((".", '"'))
    assert CANARY not in str(failure)
    if not cell.receives:
        assert meeting.arrived() == 1


@pytest.mark.parametrize("cell", NOT_RUN, ids=str)
def test_a_cell_that_is_not_run_is_impossible(arena: Arena, cell: Cell) -> None:
    """C-03, C-13: with the reason, and what the product says to somebody who tries."""
    why = why_not(cell)
    assert why is not None
    meeting = Meeting(arena, cell)
    if why.proof is Proof.NO_PORT:
        assert meeting.port() is None
    elif why.proof is Proof.NOT_OFFERED:
        with arena.cyrus.session(meeting.user) as connection:
            assert not [one for one in connection.capabilities if "OAUTH" in one]
        says(meeting.test(meeting.secrets()).report.failure, meeting, why)
    else:
        with pytest.raises(InputError) as caught:
            meeting.test(meeting.secrets(), demand=Demand.NOTHING)
        says(caught.value, meeting, why)
    if why.proof is Proof.NOT_SENT:
        asked: list[bool] = []
        says(meeting.session(asked).failure, meeting, why)
        assert asked == []
        assert meeting.arrived() == 0


@pytest.mark.parametrize("cell", TAKEN_IN, ids=str)
def test_a_mail_is_taken_in(arena: Arena, cell: Cell, tmp_path: Path) -> None:
    """M-02: from each receiving server through each protocol, to a work item."""
    services = arena.services
    services.exchange.import_(document(), tmp_path)
    (stored,) = services.connectors.all()
    meeting = Meeting(arena, cell)
    everything = StartFrom(FirstIntake.ALL)
    made = replace(stored, incoming=meeting.settings(), start_from=everything, enabled=True)
    test = meeting.test(meeting.secrets(), made)
    assert services.connectors.save(made, meeting.secrets(), test).enabled
    server = arena.cyrus if cell.server == "cyrus" else arena.dovecot
    for number in range(3):
        server.deliver(meeting.user, mail(number))
    (done,) = build_supervisor(services).once().values()
    assert done.error is None
    assert done.ends == {End.CREATED: 3}
    subjects = {item.subject for item in services.work_items.page().items}
    assert subjects == {"Mail 0", "Mail 1", "Mail 2"}


@pytest.mark.parametrize("protocol", RECEIVING)
def test_a_receiving_server_that_demands_a_certificate_is_refused_in_words(
    arena: Arena, protocol: str
) -> None:
    """C-03: certificates are for outgoing mail; the server's own words say what it wants."""
    cell = Cell("dovecot", protocol, Security.TLS, Authentication.PASSWORD)
    with Dovecot(arena.pki, extra=DEMANDS_CERTIFICATE) as strict:
        meeting = Meeting(replace(arena, dovecot=strict), cell)
        failure = meeting.test(meeting.secrets()).report.failure
    assert failure is not None
    assert "valid SSL certificate" in failure.server_words


def says(problem: InputError | StageResult | None, meeting: Meeting, why: Impossible) -> None:
    """What the product answers names the field to mend, in the words expected."""
    assert problem is not None
    assert problem.field == f"{meeting.side}.{why.field}"
    title, remedy = (
        (problem.title, problem.message)
        if isinstance(problem, InputError)
        else (problem.detail, problem.cause)
    )
    assert why.words in title
    assert remedy.endswith(".")


def wait_for_mails(meeting: Meeting, count: int) -> None:
    """Postfix answers before it delivers."""
    end = time.monotonic() + 10
    while meeting.arrived() < count and time.monotonic() < end:
        time.sleep(0.02)
    assert meeting.arrived() == count
