"""IMAP servers that are broken or mean (MAIL.md 4 E): bounded, in words, no mail changed."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from enate_desktop.domain.connectors import AfterIntake, IntakeAction, Security, ServerSettings
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.imap import ImapMailbox
from enate_desktop.mail.mailbox import ErrorKind, MailError
from tests.mail.support import (
    CALM,
    HASTY,
    PASSWORD,
    bounded,
    scripted_mailbox,
    scripted_settings,
)
from tests.servers.pki import Pki
from tests.servers.scripted import Answer, Conversation, ScriptedServer, imap_script

FACTS = b'* %d FETCH (UID %d RFC822.SIZE 10 INTERNALDATE "01-Nov-2026 10:00:00 +0000")\r\n'
LISTED = b"".join(FACTS % (number, number) for number in (1, 2, 3))


PROTOCOL, TEMPORARY = ErrorKind.PROTOCOL, ErrorKind.TEMPORARY
PLAIN = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"


def flood(line: bytes) -> Answer:
    def answer(talk: Conversation, tag: bytes) -> None:
        for _ in range(100_000):
            talk.send(line * 100)

    return answer


def drip(talk: Conversation, tag: bytes) -> None:
    for _ in range(100):
        talk.send(b"*")
        time.sleep(0.05)


def stall_in_literal(talk: Conversation, tag: bytes) -> None:
    talk.send(b"* 1 FETCH (UID 1 BODY[] {500}\r\nSubject: x\r\n")
    talk.stall()


def drop_in_literal(talk: Conversation, tag: bytes) -> None:
    talk.send(b"* 1 FETCH (UID 1 BODY[] {500}\r\nSubject: x\r\n")
    talk.drop()


def say(data: bytes) -> Answer:
    def answer(talk: Conversation, tag: bytes) -> None:
        talk.send(data.replace(b"TAG", tag))

    return answer


def ask_for_ever(talk: Conversation, tag: bytes) -> None:
    while True:
        talk.send(b"+ more\r\n")
        talk.line()


def use(mailbox: ImapMailbox) -> list[bytes | None]:
    """All that intake does with a mailbox."""
    mailbox.open()
    mails = mailbox.new_mails(0)
    mailbox.all_uids()
    return [raw for _, raw in mailbox.fetch(mails)]


HOSTILE: list[tuple[str, dict[str, Answer], ErrorKind]] = [
    (
        "81-literal-4-gib",
        {"FETCH": b"* 1 FETCH (UID 1 BODY[] {4294967295}\r\n"},
        PROTOCOL,
    ),
    (
        "81-literal-10e18",
        {"FETCH": b"* 1 FETCH (UID 1 X {1000000000000000000}\r\n"},
        PROTOCOL,
    ),
    (
        "81-literal-5000-digits",
        {"FETCH": b"* 1 FETCH (X {" + b"9" * 5000 + b"}\r\n"},
        PROTOCOL,
    ),
    ("84-exists-flood", {"SEARCH": flood(b"* 1 EXISTS\r\n")}, PROTOCOL),
    ("84-fetch-flood", {"FETCH": flood(b"* 1 FETCH (FLAGS ())\r\n")}, PROTOCOL),
    ("84-capability-flood", {"LOGIN": flood(b"* CAPABILITY X\r\n")}, PROTOCOL),
    (
        "85-long-line",
        {"EXAMINE": flood(b"x" * 1000), "SELECT": flood(b"x" * 1000)},
        PROTOCOL,
    ),
    ("86-stall-in-literal", {"FETCH": stall_in_literal}, TEMPORARY),
    ("86-drop-in-literal", {"FETCH": drop_in_literal}, TEMPORARY),
    ("87-one-byte-at-a-time", {"SEARCH": drip}, TEMPORARY),
    ("97-bye", {"SELECT": say(b"* BYE [UNAVAILABLE] too many\r\n")}, TEMPORARY),
    ("97-no-unavailable", {"LOGIN": say(b"TAG NO [UNAVAILABLE] later\r\n")}, TEMPORARY),
    ("97-bye-at-login", {"LOGIN": say(b"* BYE overloaded\r\n")}, TEMPORARY),
    ("98-ok-without-text", {"SEARCH": say(b"TAG OK\r\n")}, TEMPORARY),
    ("garbage", {"SELECT": b"%%%%\r\n"}, TEMPORARY),
    ("bad", {"SEARCH": say(b"TAG BAD what\r\n")}, TEMPORARY),
    ("no-to-select", {"SELECT": say(b"TAG NO not today\r\n")}, ErrorKind.FOLDER),
    ("91-rebuilt", {"SEARCH": b"* OK [UIDVALIDITY 8] new\r\n* SEARCH 1\r\n"}, TEMPORARY),
    (
        "89-two-mails-one-uid",
        {
            "FETCH": LISTED
            + b"* 1 FETCH (UID 1 BODY[] {1}\r\na)\r\n* 1 FETCH (UID 1 BODY[] {1}\r\nb)\r\n"
        },
        PROTOCOL,
    ),
    ("97-bye-to-fetch", {"FETCH": say(b"* BYE [ALERT] Too many connections\r\n")}, TEMPORARY),
    ("97-overquota", {"SELECT": say(b"TAG NO [OVERQUOTA] x\r\n")}, ErrorKind.FOLDER),
    ("97-limit", {"LOGIN": say(b"TAG NO [LIMIT] too many sessions\r\n")}, TEMPORARY),
    ("98-no-without-text", {"LOGIN": say(b"TAG NO\r\n")}, TEMPORARY),
    ("109-early-tagged-ok", {"CAPABILITY": say(b"EAAA9 OK done\r\n")}, TEMPORARY),
    ("112-plain-challenges", {"CAPABILITY": PLAIN, "AUTHENTICATE": ask_for_ever}, TEMPORARY),
]


@pytest.mark.parametrize(
    ("answers", "kind"), [(row[1], row[2]) for row in HOSTILE], ids=[row[0] for row in HOSTILE]
)
def test_a_hostile_answer_ends_in_words_and_in_time(
    answers: dict[str, Answer], kind: ErrorKind
) -> None:
    """MAIL 4 E 81, 84-87, 89, 91, 97, 98, 109, 112 (the row is the name of the case): a MailError
    that says what it means for the mail, in time and memory; never a crash or a hang.
    """
    # What is counted in lines and bytes must not run out of time on a busy machine.
    patience = CALM if kind is PROTOCOL else HASTY
    with ScriptedServer(imap_script(answers)) as server, bounded():
        mailbox = scripted_mailbox(server, patience)
        with pytest.raises(MailError) as caught:
            use(mailbox)
        mailbox.close()
    error = caught.value
    assert error.kind is kind, error.sentence()
    assert "again" in error.message or "next check" in error.message or error.field
    assert len(error.server_words) <= 400
    assert PASSWORD not in f"{error.sentence()}{error.server_words}"


def body(uid: int, text: bytes) -> bytes:
    return b"* 1 FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, len(text), text)


BODIES: list[tuple[str, bytes, list[bytes | None]]] = [
    ("88-another-uid", body(9, b"evil"), [None, None, None]),
    ("88-some", body(2, b"two") + body(7, b"x"), [None, b"two", None]),
    ("89-same-twice-equal", body(1, b"a") + body(1, b"a"), [b"a", None, None]),
    ("90-nil", b"* 1 FETCH (UID 1 BODY[] NIL)\r\n", [None, None, None]),
    ("90-nothing", b"", [None, None, None]),
    ("90-empty-mail", body(1, b""), [b"", None, None]),
    ("90-no-uid", b"* 1 FETCH (BODY[] {1}\r\na)\r\n", [None, None, None]),
    ("quoted", b'* 1 FETCH (BODY[] "a \\"UID 9\\" b" UID 1)\r\n', [b'a "UID 9" b', None, None]),
    ("uid-behind", b"* 1 FETCH (BODY[] {1}\r\na UID 3)\r\n", [None, None, b"a"]),
    ("82-negative", b"* 1 FETCH (UID 1 BODY[] {-5}\r\n", [None, None, None]),
    ("82-letters", b"* 1 FETCH (UID 1 BODY[] {abc}\r\n", [None, None, None]),
    (
        "unsolicited",
        b"* 1 FETCH (FLAGS (\\Seen))\r\n* 4 EXISTS\r\n" + body(3, b"c"),
        [None, None, b"c"],
    ),
]


@pytest.mark.parametrize(
    ("answer", "expected"), [(row[1], row[2]) for row in BODIES], ids=[row[0] for row in BODIES]
)
def test_a_body_is_taken_only_under_the_uid_that_was_asked_for(
    answer: bytes, expected: list[bytes | None]
) -> None:
    """MAIL 4 E 82, 88-90: what was not delivered is None, never another mail's bytes."""
    with ScriptedServer(imap_script({"FETCH": LISTED + answer})) as server, bounded():
        mailbox = scripted_mailbox(server)
        assert use(mailbox) == expected
        mailbox.close()


def test_one_refused_mail_does_not_hide_the_others() -> None:
    """MAIL 4 E 90: a batch that the server refuses is asked for one by one."""
    commands: list[bytes] = []

    def fetch(talk: Conversation, tag: bytes) -> None:
        asked = talk.last.split()[3]
        commands.append(talk.last.partition(b" ")[2])
        if b"RFC822.SIZE" in talk.last:
            talk.send(LISTED + tag + b" OK done\r\n")
        elif asked in (b"1:3", b"2"):
            talk.send(tag + b" NO [SERVERBUG] cannot read mail 2\r\n")
        else:
            talk.send(body(int(asked), b"mail " + asked) + tag + b" OK done\r\n")

    with ScriptedServer(imap_script({"FETCH": fetch})) as server:
        mailbox = scripted_mailbox(server)
        assert use(mailbox) == [b"mail 1", None, b"mail 3"]
        mailbox.close()
    assert all(b"PEEK" in command for command in commands[1:])


def test_a_body_that_does_not_end_is_given_up() -> None:
    """MAIL 4 E 83: pieces of 1 MiB, at most about twice what the server told; no more memory."""
    told = FACTS.replace(b"SIZE 10", b"SIZE 9000000") % (1, 1)
    piece = b"x" * (1 << 20)
    pieces: list[bytes] = []

    def fetch(talk: Conversation, tag: bytes) -> None:
        if b"RFC822.SIZE" in talk.last:
            talk.send(told + tag + b" OK done\r\n")
            return
        pieces.append(talk.last.split()[-1])
        talk.send(b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n" % len(piece))
        talk.send(piece)
        talk.send(b")\r\n" + tag + b" OK done\r\n")

    with ScriptedServer(imap_script({"SEARCH": b"* SEARCH 1\r\n", "FETCH": fetch})) as server:
        mailbox = scripted_mailbox(server)
        with bounded(megabytes=32):
            assert use(mailbox) == [None]
        mailbox.close()
    assert len(pieces) < 20


def test_what_nobody_asked_for_does_not_pile_up() -> None:
    """MAIL 4 E 84: over a long session too."""
    junk = (b"* OK [CAPABILITY X] x\r\n* JUNK " + b"j" * 400 + b"\r\n") * 1_000
    with ScriptedServer(imap_script({"SEARCH": junk + b"* SEARCH 1\r\n"})) as server:
        mailbox = scripted_mailbox(server)
        mailbox.open()
        with bounded(megabytes=4):
            for _ in range(12):
                assert mailbox.all_uids() == (1,)
        mailbox.close()


def test_uids_that_go_backwards_are_put_in_order() -> None:
    """MAIL 4 E 92: UIDNEXT below what is there; the search counts, not the promise."""
    select = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\n"
    answers: dict[str, Answer] = {"SELECT": select, "SEARCH": b"* SEARCH 900 7 30\r\n"}
    with ScriptedServer(imap_script(answers | {"FETCH": b""})) as server:
        mailbox = scripted_mailbox(server)
        assert mailbox.open().uidnext == 2
        assert [mail.uid for mail in mailbox.new_mails(1)] == [7, 30, 900]
        mailbox.close()


def test_what_somebody_else_expunged_is_not_there() -> None:
    """MAIL 4 E 93: numbers shift, UIDs do not; the vanished mail is None."""
    answer = b"* 2 EXPUNGE\r\n" + body(1, b"one") + b"* 2 FETCH (UID 3 BODY[] {5}\r\nthree)\r\n"
    with ScriptedServer(imap_script({"FETCH": LISTED + answer})) as server:
        mailbox = scripted_mailbox(server)
        assert use(mailbox) == [b"one", None, b"three"]
        mailbox.close()


MOVE = AfterIntake(IntakeAction.MOVE, "Done")
WITHOUT_MOVE = b"* CAPABILITY IMAP4rev1 UIDPLUS\r\n"


@pytest.mark.parametrize(
    ("capabilities", "refused", "heard_of"),
    [
        (WITHOUT_MOVE, "EXPUNGE", [b"COPY", b"STORE", b"EXPUNGE", b"SEARCH"]),
        (WITHOUT_MOVE, "STORE", [b"COPY", b"STORE", b"SEARCH"]),
        (b"* CAPABILITY IMAP4rev1 MOVE UIDPLUS\r\n", "MOVE", [b"MOVE", b"MOVE", b"SEARCH"]),
    ],
)
def test_a_mail_that_cannot_be_moved_stays_owed(
    capabilities: bytes, refused: str, heard_of: list[bytes]
) -> None:
    """MAIL 4 E 95: half done is not done; the error keeps it pending and says what is safe."""
    heard: list[bytes] = []
    answers: dict[str, Answer] = {
        "CAPABILITY": capabilities,
        refused: say(b"TAG NO [LIMIT] no\r\n"),
    }
    with ScriptedServer(imap_script(answers, heard=heard)) as server:
        mailbox = scripted_mailbox(server)
        mailbox.open()
        with pytest.raises(MailError) as caught:
            mailbox.acknowledge([1], MOVE)
        mailbox.close()
    assert caught.value.kind is ErrorKind.FOLDER
    assert "safely taken in" in caught.value.message
    assert caught.value.field == "incoming.after_intake"
    said = [line.split()[2] for line in heard if line.split()[1] == b"UID"]
    assert said == heard_of


def test_a_move_that_moved_nothing_can_be_repeated() -> None:
    """MAIL 4 E 94: OK is believed, and asking once more does no harm; the ledger knows the mail."""
    heard: list[bytes] = []
    with ScriptedServer(imap_script({"FETCH": LISTED}, heard=heard)) as server:
        mailbox = scripted_mailbox(server)
        mailbox.open()
        for _ in range(2):
            mailbox.acknowledge([1, 2], MOVE)
            assert mailbox.all_uids() == (1, 2, 3)
        mailbox.close()
    assert sum(b"UID MOVE 1:2" in line for line in heard) == 2


def test_absurd_uids_are_left_out() -> None:
    """MAIL 4 E 92: zero, beyond 32 bits, repeated, descending, words."""
    answer = b"* SEARCH 5 4 4 0 4294967296 99999999999 x -3 2\r\n* SEARCH 9\r\n"
    with ScriptedServer(imap_script({"SEARCH": answer, "FETCH": b""})) as server:
        mailbox = scripted_mailbox(server)
        mailbox.open()
        assert mailbox.all_uids() == (2, 4, 5, 9)
        mails = mailbox.new_mails(4)
        assert [(mail.uid, mail.size) for mail in mails] == [(5, 0), (9, 0)]
        mailbox.close()


def test_a_mailbox_of_two_hundred_thousand_mails_fits_the_limits() -> None:
    """MAIL 4 E 85: one SEARCH line may be long, where it has to be."""
    numbers = b" ".join(b"%d" % (number * 70) for number in range(1, 200_001))
    answers: dict[str, Answer] = {
        "SELECT": b"* 200000 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 14000001] x\r\n",
        "SEARCH": b"* SEARCH " + numbers + b"\r\n",
    }
    with ScriptedServer(imap_script(answers)) as server:
        mailbox = scripted_mailbox(server)
        mailbox.open()
        assert len(mailbox.all_uids()) == 200_000
        mailbox.close()


def test_missing_promises_of_the_folder_are_noticed() -> None:
    """MAIL 3.4: no UIDVALIDITY is 0, UIDNEXT is worked out from the mails that are there."""
    select = b"* 3 EXISTS\r\n* NO [UIDNOTSTICKY] x\r\n"
    with ScriptedServer(imap_script({"SELECT": select})) as server:
        mailbox = scripted_mailbox(server)
        state = mailbox.open()
        mailbox.close()
    assert (state.uidvalidity, state.uidnext, state.count) == (0, 4, 3)


def test_an_answer_nested_too_deeply_is_refused() -> None:
    """MAIL 4 E: the library's parser is recursive; its failure is ours to put in words."""
    answers: dict[str, Answer] = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 NAMESPACE\r\n",
        "STATUS": say(b"TAG NO there is none\r\n"),
        "NAMESPACE": b"* NAMESPACE " + b"(" * 60_000 + b"\r\n",
    }
    with ScriptedServer(imap_script(answers)) as server:
        settings = replace(scripted_settings(server), additional_mailbox="Team")
        with pytest.raises(MailError) as caught:
            ImapMailbox(settings, Credential(PASSWORD), patience=CALM).open()
    assert caught.value.kind is PROTOCOL


@pytest.mark.parametrize("name", ["Grüße/Übung", "日本", "a&b", 'a"b\\c', "x" * 200])
def test_a_folder_that_is_gone_is_named(name: str) -> None:
    """MAIL 4 E 96: deleted or renamed, whatever is in its name, which goes out in ASCII."""
    heard: list[bytes] = []
    script = imap_script({"STATUS": say(b"TAG NO [NONEXISTENT] no such\r\n")}, heard=heard)
    with ScriptedServer(script) as server:
        settings = replace(scripted_settings(server), additional_mailbox=name)
        with pytest.raises(MailError) as caught:
            ImapMailbox(settings, Credential(PASSWORD), patience=CALM).open()
    assert caught.value.kind is ErrorKind.FOLDER
    assert name[:50] in caught.value.title
    assert caught.value.field == "incoming.additional_mailbox"
    assert all(line.isascii() for line in heard)


def test_a_flood_of_shared_prefixes_is_not_walked_through() -> None:
    """MAIL 4 E 84: at most a hundred questions are asked about a folder."""
    heard: list[bytes] = []
    prefixes = b"".join(b'("p%d/" "/")' % number for number in range(2_000))
    answers: dict[str, Answer] = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 NAMESPACE\r\n",
        "STATUS": say(b"TAG NO no such\r\n"),
        "NAMESPACE": b"* NAMESPACE NIL (" + prefixes + b") NIL\r\n",
    }
    with ScriptedServer(imap_script(answers, heard=heard)) as server, bounded():
        settings = replace(scripted_settings(server), additional_mailbox="bob@acme.test")
        mailbox = ImapMailbox(settings, Credential(PASSWORD), patience=CALM)
        with pytest.raises(MailError) as caught:
            mailbox.open()
    assert caught.value.kind is ErrorKind.FOLDER
    asked = [line for line in heard if b"STATUS" in line]
    assert 20 < len(asked) < 100
    assert any(b'"p3/bob"' in line for line in asked)
    assert any(b'"p3/bob@acme.test/INBOX"' in line for line in asked)


def test_a_read_only_folder_is_used_for_reading() -> None:
    """MAIL 4 E 96: READ-ONLY though it was selected."""
    select = say(b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nTAG OK [READ-ONLY] done\r\n")
    with ScriptedServer(imap_script({"SELECT": select, "FETCH": LISTED})) as server:
        mailbox = scripted_mailbox(server)
        assert mailbox.open().read_only
        assert len(mailbox.new_mails(0)) == 3
        mailbox.close()


def starttls_settings(server: ScriptedServer, pki: Pki) -> ServerSettings:
    return ServerSettings(
        "other_imap",
        server.host,
        server.port,
        Security.STARTTLS,
        username="alice",
        ca_certificate=pki.ca_pem,
    )


def answer_before_the_question(offered: bytes) -> Answer:
    """Answers CAPABILITY, and with it the STARTTLS that will follow (net-imap CVE-2026-42246)."""

    def answer(talk: Conversation, tag: bytes) -> None:
        following = tag[:-1] + b"%d" % (int(tag[-1:]) + 1)
        talk.send(offered + tag + b" OK done\r\n" + following + b" OK begin TLS now\r\n")

    return answer


def injecting(pki: Pki) -> Callable[[Conversation], None]:
    def script(talk: Conversation) -> None:
        talk.send(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n")
        while True:
            tag, _, command = talk.line().partition(b" ")
            if command == b"STARTTLS":
                talk.send(tag + b" OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n")
                talk.start_tls(pki.server().server_context())
            talk.send(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" + tag + b" OK done\r\n")

    return script


@pytest.mark.parametrize(
    "name", ["108-stripped", "108-bad", "108-no", "108-injected", "109-early", "109-preauth"]
)
def test_encryption_that_is_required_is_never_given_up(pki: Pki, name: str) -> None:
    """C-13, MAIL 4 E 108, 109, 111: no password without it, whatever is offered in clear."""
    heard: list[bytes] = []
    offered = b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\n"
    early = answer_before_the_question(offered)
    scripts = {
        "108-stripped": imap_script({"CAPABILITY": PLAIN}, heard=heard),
        "108-bad": imap_script(
            {"CAPABILITY": offered, "STARTTLS": say(b"TAG BAD no\r\n")}, heard=heard
        ),
        "108-no": imap_script(
            {"CAPABILITY": offered, "STARTTLS": say(b"TAG NO not now\r\n")}, heard=heard
        ),
        "108-injected": injecting(pki),
        "109-early": imap_script({"CAPABILITY": early}, heard=heard),
        "109-preauth": imap_script({"CAPABILITY": offered}, b"* PREAUTH welcome\r\n", heard=heard),
    }
    with ScriptedServer(scripts[name]) as server, bounded():
        mailbox = ImapMailbox(starttls_settings(server, pki), Credential(PASSWORD), patience=CALM)
        with pytest.raises(MailError) as caught:
            mailbox.open()
    assert caught.value.kind is (PROTOCOL if "preauth" in name else ErrorKind.TLS)
    assert "othing was sent" in caught.value.message or "No password" in caught.value.message
    assert not any(b"LOGIN" in line or b"AUTHENTICATE" in line for line in heard)


@pytest.mark.parametrize("security", [Security.TLS, Security.NONE])
def test_a_session_that_we_did_not_sign_in_to_is_not_used(pki: Pki, security: Security) -> None:
    """MAIL 4 E 109: PREAUTH also where no STARTTLS is dodged by it."""
    context = pki.server().server_context() if security is Security.TLS else None
    with ScriptedServer(imap_script(greeting=b"* PREAUTH hi\r\n"), context) as server:
        settings = replace(starttls_settings(server, pki), security=security)
        with pytest.raises(MailError) as caught:
            ImapMailbox(settings, Credential(PASSWORD), patience=CALM).open()
    assert caught.value.kind is PROTOCOL
    assert "signed in already" in caught.value.title


@pytest.mark.parametrize("offered", [b"AUTH=SCRAM-SHA-256", b"AUTH=CRAM-MD5 AUTH=NTLM"])
def test_no_other_mechanism_is_tried(offered: bytes) -> None:
    """MAIL 4 E 110: SCRAM with its iterations, and what is older, are not used at all."""
    heard: list[bytes] = []
    capabilities = b"* CAPABILITY IMAP4rev1 LOGINDISABLED %s\r\n" % offered
    answers: dict[str, Answer] = {"CAPABILITY": capabilities}
    server = ScriptedServer(imap_script(answers, heard=heard))
    with server, bounded(), pytest.raises(MailError) as caught:
        scripted_mailbox(server).open()
    assert caught.value.kind is ErrorKind.AUTHENTICATION
    assert caught.value.field == "incoming.security"
    assert not any(b"LOGIN" in line or b"AUTHENTICATE" in line for line in heard)


def test_an_additional_mailbox_is_not_mixed_up_with_ones_own() -> None:
    """C-01: LOGIN cannot name another owner, so the user's own inbox must not be taken for it."""
    heard: list[bytes] = []
    with ScriptedServer(imap_script(heard=heard)) as server:
        settings = replace(
            scripted_settings(server, "office365_imap"), additional_mailbox="team@acme.test"
        )
        with pytest.raises(MailError) as caught:
            ImapMailbox(settings, Credential(PASSWORD), patience=CALM).open()
    assert caught.value.field == "incoming.authentication"
    assert "OAuth 2.0" in caught.value.message
    assert not any(b"LOGIN" in line for line in heard)


def test_the_words_of_a_server_are_shown_harmlessly() -> None:
    """MAIL 4 E 97: bounded, without controls, without our password."""
    nasty = f"TAG NO [ALERT] \x1b[31m\u202e{PASSWORD}\x07 ".encode() + b"x" * 2000 + b"\r\n"
    script = imap_script({"LOGIN": say(nasty)})
    with ScriptedServer(script) as server, pytest.raises(MailError) as caught:
        scripted_mailbox(server).open()
    words = caught.value.server_words
    assert caught.value.kind is ErrorKind.AUTHENTICATION
    assert words.startswith("[ALERT] \\u001b[31m\\u202e•••\\u0007 xxx")
    assert len(words) <= 400
