"""What is asked of an IMAP server after a mail is taken in (MAIL 3.4, step 8; MAIL 4 E 93-97)."""

import pytest

from enate_desktop.domain.connectors import AfterIntake, IntakeAction
from enate_desktop.mail.mailbox import ErrorKind, MailError, UndoneError
from tests.mail.support import imap_mailbox, scripted_mailbox
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.scripted import Answer, Conversation, ScriptedServer, imap_script

MARK_READ = AfterIntake(IntakeAction.MARK_READ)
MOVE = AfterIntake(IntakeAction.MOVE, "Done")
FOLDER = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 11] x\r\n"
NO_MOVE = b"* CAPABILITY IMAP4rev1 UIDPLUS\r\n"


def no(talk: Conversation, tag: bytes) -> None:
    talk.send(tag + b" NO gone\r\n")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"* 3 EXISTS\r\n* OK [UIDNEXT 11] x\r\n", "no lasting numbers"),
        (FOLDER + b"* NO [UIDNOTSTICKY] x\r\n", "no lasting numbers"),
        (FOLDER + b"* OK [PERMANENTFLAGS ()] x\r\n", "does not keep marks"),
        (FOLDER + b"* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n", ""),
        (FOLDER + b"* OK [ALERT] Quota: 95% \x1b[1m\r\n", 'The server says: "Quota: 95%'),
        (FOLDER, ""),
    ],
)
def test_what_a_person_should_know_of_the_folder_is_said(answer: bytes, words: str) -> None:
    """MAIL 3.4 step 2, MAIL 4 E 97: the warning of an opened folder, harmless to show."""
    with ScriptedServer(imap_script({"SELECT": answer})) as server:
        mailbox = scripted_mailbox(server)
        warning = mailbox.open().warning
        mailbox.close()
    assert bool(warning) == bool(words)
    assert words in warning
    assert warning.isprintable()


def test_a_mailbox_that_can_only_be_read_lives_from_the_ledger() -> None:
    """MAIL 4 E 96: said once, as what is not done yet; nothing is asked of the server."""

    def select(talk: Conversation, tag: bytes) -> None:
        talk.send(FOLDER + tag + b" OK [READ-ONLY] done\r\n")

    heard: list[bytes] = []
    with ScriptedServer(imap_script({"SELECT": select}, heard=heard)) as server:
        mailbox = scripted_mailbox(server)
        state = mailbox.open()
        before = len(heard)
        with pytest.raises(UndoneError) as caught:
            mailbox.acknowledge([1], MARK_READ)
        assert len(heard) == before
        mailbox.close()
    assert state.read_only
    assert "can only be read" in state.warning
    assert caught.value.field == "incoming.after_intake"


@pytest.mark.parametrize("name", ["INBOX", "inbox"])
def test_mails_are_not_moved_to_where_they_come_from(
    dovecot: Dovecot, mailbox_user: str, pki: Pki, name: str
) -> None:
    """MAIL 3.4: they would come back under new numbers for ever."""
    dovecot.fill(mailbox_user, [b"Subject: x\r\n\r\nx"])
    mailbox = imap_mailbox(dovecot, mailbox_user, pki)
    mailbox.open()
    with pytest.raises(MailError) as caught:
        mailbox.acknowledge([1], AfterIntake(IntakeAction.MOVE, name))
    assert mailbox.all_uids() == (1,)
    mailbox.close()
    assert caught.value.kind is ErrorKind.FOLDER
    assert "taken in from" in caught.value.title


@pytest.mark.parametrize(
    ("after", "answers"),
    [
        (MARK_READ, {"STORE": no}),
        (MOVE, {"MOVE": no}),
        (MOVE, {"CAPABILITY": NO_MOVE, "COPY": no}),
    ],
)
def test_mails_that_are_gone_count_as_done(after: AfterIntake, answers: dict[str, Answer]) -> None:
    """MAIL 4 E 93: also where the server refuses a command that names them."""
    with ScriptedServer(imap_script(answers | {"SEARCH": b"* SEARCH 9\r\n"})) as server:
        mailbox = scripted_mailbox(server)
        mailbox.open()
        mailbox.acknowledge([1, 2], after)
        mailbox.close()


def test_a_mail_that_is_gone_does_not_hold_up_the_others() -> None:
    """MAIL 4 E 93: the rest is asked for again without it."""

    def move(talk: Conversation, tag: bytes) -> None:
        talk.send(tag + (b" NO gone\r\n" if b"1:2" in talk.last else b" OK done\r\n"))

    heard: list[bytes] = []
    answers: dict[str, Answer] = {"MOVE": move, "SEARCH": b"* SEARCH 2 3\r\n"}
    with ScriptedServer(imap_script(answers, heard=heard)) as server:
        mailbox = scripted_mailbox(server)
        mailbox.open()
        mailbox.acknowledge([1, 2], MOVE)
        mailbox.close()
    assert any(b"UID MOVE 2 " in line for line in heard)


@pytest.mark.parametrize(
    ("capabilities", "commands"),
    [
        (b"IMAP4rev1 UIDPLUS MOVE", [b"MOVE"]),
        (b"IMAP4rev1 UIDPLUS", [b"COPY", b"STORE", b"EXPUNGE"]),
        (b"IMAP4rev1", [b"COPY", b"STORE"]),
    ],
)
def test_moving_uses_what_the_server_has_and_never_more(
    capabilities: bytes, commands: list[bytes]
) -> None:
    """MAIL 3.4 step 8: UID commands only; without UIDPLUS no EXPUNGE, and never CLOSE."""
    heard: list[bytes] = []
    answers: dict[str, Answer] = {"CAPABILITY": b"* CAPABILITY " + capabilities + b"\r\n"}
    with ScriptedServer(imap_script(answers, heard=heard)) as server:
        mailbox = scripted_mailbox(server)
        mailbox.open()
        mailbox.acknowledge([1], MOVE)
        mailbox.close()
    said = [line.split()[1:3] for line in heard]
    assert [words[1] for words in said if words[0] == b"UID"] == commands
    assert {b"CLOSE", b"EXPUNGE"}.isdisjoint(words[0] for words in said)
    assert said[-1] == [b"LOGOUT"]


@pytest.mark.parametrize("refused", ["STORE", "EXPUNGE"])
def test_a_mail_that_was_copied_is_not_copied_again(refused: str) -> None:
    """MAIL 4 E 95: while the removal is refused, no look may leave one more copy."""
    heard: list[bytes] = []
    answers: dict[str, Answer] = {
        "CAPABILITY": NO_MOVE,
        refused: no,
        "SEARCH": b"* SEARCH 1 2\r\n",
    }
    copied: set[int] = {2}
    with ScriptedServer(imap_script(answers, heard=heard)) as server:
        mailbox = scripted_mailbox(server)
        mailbox.open()
        for _ in range(3):
            with pytest.raises(MailError):
                mailbox.acknowledge([1, 2], MOVE, copied)
        mailbox.close()
    assert copied == {1, 2}
    assert [line.split()[2:4] for line in heard if b"COPY" in line] == [[b"COPY", b"1"]]


def test_copying_without_uidplus_on_a_real_server(bare_dovecot: Dovecot, pki: Pki) -> None:
    """MAIL 3.4: the copy lies in the target, the original is marked and stays."""
    user = bare_dovecot.new_user()
    bare_dovecot.fill(user, [b"Subject: 1\r\n\r\nx", b"Subject: 2\r\n\r\nx"])
    mailbox = imap_mailbox(bare_dovecot, user, pki)
    mailbox.open()
    mailbox.acknowledge([1, 99], MOVE)
    mailbox.close()
    assert bare_dovecot.uids(user) == [1, 2]
    assert bare_dovecot.uids(user, criteria="DELETED") == [1]
    assert len(bare_dovecot.uids(user, "Done")) == 1
