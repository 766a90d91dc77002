"""Whether an email of ours was sent, asked of the folder for sent mail (MAIL 3.6)."""

from collections.abc import Iterator, Mapping

import pytest

from enate_desktop.mail.credential import Credential
from enate_desktop.mail.imap_sent import find_sent
from enate_desktop.mail.mailbox import StoppedError
from tests.mail.support import HASTY, PASSWORD, imap_settings, scripted_settings
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.scripted import Answer, ScriptedServer, imap_script

OURS = "<8d2f.77@enate.acme.test>"
SENT = b'* LIST (\\HasNoChildren \\Sent) "/" "Gesendet"\r\n'
LISTS = b"* CAPABILITY IMAP4rev1 SPECIAL-USE LIST-EXTENDED\r\n"
USES = "namespace inbox {\n  mailbox Sent {\n    special_use = \\Sent\n    auto = create\n  }\n}\n"


def header(message_id: str) -> bytes:
    lines = b"Message-ID: " + message_id.encode() + b"\r\n\r\n"
    return b"* 1 FETCH (UID 1 BODY[HEADER]<0> {%d}\r\n%s)\r\n" % (len(lines), lines)


def asked(answers: Mapping[str, Answer], message_id: str = OURS) -> tuple[bool | None, list[bytes]]:
    """The answer on a scripted server, and what it heard."""
    heard: list[bytes] = []
    with ScriptedServer(imap_script({"CAPABILITY": LISTS, **answers}, heard=heard)) as server:
        settings = scripted_settings(server)
        found = find_sent(settings, Credential(PASSWORD), [message_id], patience=HASTY)
        return None if found is None else message_id in found, heard


@pytest.fixture(scope="module")
def sending_dovecot(pki: Pki) -> Iterator[Dovecot]:
    """A server whose users have a folder for sent mail."""
    with Dovecot(pki, extra=USES) as server:
        yield server


def test_a_real_server_is_asked(sending_dovecot: Dovecot, pki: Pki) -> None:
    """MAIL 3.6: found, not found, and nothing is changed by asking."""
    user = sending_dovecot.new_user()
    settings = imap_settings(sending_dovecot, user, pki)
    credential = Credential(sending_dovecot.password(user))
    assert find_sent(settings, credential, [OURS]) == frozenset()
    raw = f"Message-ID: {OURS}\r\nSubject: s\r\n\r\nx".encode()
    sending_dovecot.fill(user, [raw], "Sent")
    asked_for = ["<8d2f.78@enate.acme.test>", OURS, "<bad"]
    assert find_sent(settings, credential, asked_for) == frozenset((OURS,))
    assert not sending_dovecot.uids(user, "Sent", "SEEN")


def test_only_the_folder_for_sent_mail_is_examined() -> None:
    """MAIL 3.6: EXAMINE, never SELECT."""
    found, heard = asked({"LIST": SENT, "SEARCH": b"* SEARCH 1\r\n", "FETCH": header(OURS)})
    assert found is True
    said = b"\n".join(heard)
    assert b'EXAMINE "Gesendet"' in said or b"EXAMINE Gesendet" in said
    assert b"SELECT" not in said
    assert b'HEADER Message-ID "' + OURS.encode() in said


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"LIST": SENT, "SEARCH": b"* SEARCH\r\n"}, False),
        ({"LIST": SENT, "FETCH": header("<other@x>")}, False),
        ({"LIST": SENT, "FETCH": b""}, False),
        ({"LIST": b'* LIST () "/" "Sent"\r\n'}, None),
        ({"LIST": b'* LIST (\\Sent \\Noselect) "/" "Sent"\r\n'}, None),
        ({"LIST": SENT, "SEARCH": lambda talk, tag: talk.send(tag + b" NO no\r\n")}, None),
        ({"LIST": SENT, "EXAMINE": lambda talk, tag: talk.send(tag + b" NO no\r\n")}, None),
        ({"LIST": lambda talk, tag: talk.drop()}, None),
        ({"LOGIN": lambda talk, tag: talk.send(tag + b" NO no\r\n")}, None),
        ({"LIST": lambda talk, tag: talk.stall()}, None),
    ],
)
def test_what_cannot_be_told_is_not_guessed(
    answers: dict[str, Answer], expected: bool | None
) -> None:
    """O-03: servers that find too much, have no such folder, refuse, or fall silent."""
    assert asked(answers)[0] is expected


@pytest.mark.parametrize("bad", ["", "<a@b", '<a"@b.test>', "<a@b>\r\nx LOGOUT", "<a b@c>"])
def test_an_id_that_is_none_of_ours_is_not_asked_for(bad: str) -> None:
    """MAIL 4 E 107: nothing of a mail goes to a server."""
    found, heard = asked({"LIST": SENT}, bad)
    assert found is None
    assert heard == []


def test_a_stop_is_told() -> None:
    """A clean stop is no answer."""
    with ScriptedServer(imap_script()) as server, pytest.raises(StoppedError):
        find_sent(scripted_settings(server), Credential(PASSWORD), [OURS], stopped=lambda: True)
