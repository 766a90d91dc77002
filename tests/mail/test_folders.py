"""The folders of a mailbox: listed as they are, bounded, and made when somebody asks (RFC 6154)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from enate_desktop.domain.connectors import Security, ServerSettings, Side
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.dialling import Line, resolve
from enate_desktop.mail.imap_session import ImapSession
from enate_desktop.mail.mailbox import ErrorKind, FolderUse, MailError, RemoteFolder
from enate_desktop.mail.patience import Patience
from tests.mail.support import CALM, bounded, imap_settings, scripted_settings
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.scripted import Answer, Conversation, ScriptedServer, imap_script


def asked(
    settings: ServerSettings,
    password: str,
    ask: Callable[[ImapSession], Any],
    patience: Patience = CALM,
) -> Any:
    """What a signed-in session answers."""
    line = Line(Side.INCOMING, settings, patience=patience)
    session = ImapSession(line, Credential(password))
    try:
        session.dial(resolve(line))
        session.encrypt()
        session.sign_in()
        return ask(session)
    finally:
        session.close()


def listed(answers: Mapping[str, Answer], heard: list[bytes] | None = None) -> list[RemoteFolder]:
    with ScriptedServer(imap_script(answers, heard=heard)) as server:
        folders = asked(scripted_settings(server), "x", ImapSession.folders)
    return list(folders)


def test_every_folder_is_listed_and_can_be_opened(
    dovecot: Dovecot, mailbox_user: str, pki: Pki
) -> None:
    """C-01: names in any script, whatever the server writes them in."""
    names = ("Team/HR", "Grüße", "日本/東京", "a&b", 'q"uote')
    for name in names:
        dovecot.fill(mailbox_user, [], "Team/HR" if name == "Team/HR" else "Plain")
    settings = imap_settings(dovecot, mailbox_user, pki)
    password = dovecot.password(mailbox_user)

    def make_and_list(session: ImapSession) -> tuple[RemoteFolder, ...]:
        for name in names[1:]:
            assert session.make_folder(name).name == name
        return session.folders()

    folders = asked(settings, password, make_and_list)
    assert folders[0] == RemoteFolder("INBOX", True, FolderUse.INBOX, "/")
    known = {folder.name: folder for folder in folders}
    assert set(names) | {"Team", "日本"} <= set(known)
    assert not known["Team"].selectable
    assert known["日本/東京"].parts == ("日本", "東京")
    for name in names:
        opened = replace(settings, additional_mailbox=name)
        state = asked(opened, password, lambda session: session.open_folder(examine=True))
        assert state.count == 0


def test_a_second_server_lists_and_makes_folders_too(cyrus: Cyrus, pki: Pki) -> None:
    """C-01, C-12: Cyrus, whose special uses and namespace are its own."""
    user = cyrus.new_user()
    settings = ServerSettings(
        "other_imap", cyrus.host, cyrus.imaps_port, Security.TLS, username=user
    )
    settings = replace(settings, ca_certificate=pki.ca_pem)

    def make_and_list(session: ImapSession) -> tuple[RemoteFolder, ...]:
        session.make_folder("Erledigt/Übung")
        return session.folders()

    folders = asked(settings, cyrus.password(user), make_and_list)
    known = {folder.name: folder for folder in folders}
    assert folders[0].use is FolderUse.INBOX
    assert known["Erledigt/Übung"].parts == ("Erledigt", "Übung")


def test_uses_and_flags_are_read() -> None:
    """RFC 6154, RFC 5258: special use is asked for where the server knows it."""
    heard: list[bytes] = []
    answers: dict[str, Answer] = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 SPECIAL-USE LIST-EXTENDED\r\n",
        "LIST": b'* LIST (\\HasNoChildren \\Sent) "/" "[Gmail]/Sent Mail"\r\n'
        b'* LIST (\\HasChildren \\Noselect) "/" "[Gmail]"\r\n'
        b'* LIST (\\Junk) "/" Spam\r\n'
        b'* LIST (\\TRASH) "/" "Bin" ("CHILDINFO" ("SUBSCRIBED"))\r\n'
        b'* LIST (\\NonExistent) "." gone.away\r\n'
        b"* LIST () NIL inbox\r\n"
        b'* LIST () "\\\\" "back\\\\slash"\r\n'
        b'* LIST () "/" {7}\r\nlit"er\\\r\n',
    }
    found = {folder.name: folder for folder in listed(answers, heard)}
    assert any(line.endswith(b'LIST "" "*" RETURN (SPECIAL-USE)') for line in heard)
    assert found["[Gmail]/Sent Mail"].use is FolderUse.SENT
    assert not found["[Gmail]"].selectable
    assert found["Spam"].use is FolderUse.JUNK
    assert found["Bin"].use is FolderUse.TRASH
    assert not found["gone.away"].selectable
    assert found["inbox"].use is FolderUse.INBOX
    assert found["inbox"].parts == ("inbox",)
    assert found["back\\slash"].parts == ("back", "slash")
    assert found['lit"er\\'].selectable


@pytest.mark.parametrize(
    "line",
    [
        b"* LIST",
        b"* LIST ()",
        b"* LIST (((((((( x",
        b'* LIST () "/" "a\x01b"',
        b'* LIST () "/" ""',
        b'* LIST () "/" "open',
        b'* LIST () "/" &not-utf7',
        b'* LIST () "/" "\xff\xfe"',
        b'* LIST () "/" {4}\r\na\r\nb',
    ],
)
def test_what_could_not_be_sent_back_is_left_out(line: bytes) -> None:
    """MAIL 4 E 107: such a name would open another folder, or say more than a name."""
    answers: dict[str, Answer] = {"LIST": line + b'\r\n* LIST () "/" "good"\r\n'}
    assert [folder.name for folder in listed(answers)] == ["good"]


def test_a_flood_of_folders_is_bounded() -> None:
    """MAIL 4 E 84: the first 2,000 names; beyond all measure the connection is given up."""
    some = b"".join(b'* LIST () "/" "f%05d"\r\n' % number for number in range(9_000))
    with bounded():
        folders = listed({"LIST": some})
    assert len(folders) == 2_000
    assert folders[-1].name == "f01999"

    def for_ever(talk: Conversation, tag: bytes) -> None:
        while True:
            talk.send(some)

    with bounded(), pytest.raises(MailError) as caught:
        listed({"LIST": for_ever})
    assert caught.value.kind is ErrorKind.PROTOCOL


def test_a_server_that_lists_nothing_is_told() -> None:
    """C-06: in words, with the server's own."""

    def no(talk: Conversation, tag: bytes) -> None:
        talk.send(tag + b" NO listing is off\r\n")

    with pytest.raises(MailError) as caught:
        listed({"LIST": no})
    assert "listing is off" in caught.value.server_words


@pytest.mark.parametrize("name", ["Done", "Erledigt/2026"])
def test_a_folder_is_made_and_subscribed(
    dovecot: Dovecot, mailbox_user: str, pki: Pki, name: str
) -> None:
    """C-12: only because somebody asked; asked again, it is the same one."""
    settings = imap_settings(dovecot, mailbox_user, pki)
    password = dovecot.password(mailbox_user)
    for _ in range(2):
        made = asked(settings, password, lambda session: session.make_folder(name))
        assert (made.name, made.selectable, made.delimiter) == (name, True, "/")
    with dovecot.session(mailbox_user, None) as outside:
        subscribed = b" ".join(line for line in outside.lsub()[1] if isinstance(line, bytes))
    assert name.encode() in subscribed


def test_a_folder_that_cannot_be_made_is_told() -> None:
    """C-12: the server's words, and what to do; no mail is at stake."""

    def no(talk: Conversation, tag: bytes) -> None:
        talk.send(tag + b" NO [NOPERM] you may not\r\n")

    server = ScriptedServer(imap_script({"CREATE": no, "STATUS": no}))
    with server, pytest.raises(MailError) as caught:
        asked(scripted_settings(server), "x", lambda session: session.make_folder("Done"))
    assert caught.value.title == f'The folder "Done" cannot be made on {server.host}.'
    assert caught.value.server_words == "[NOPERM] you may not"
    assert "No mail was changed" in caught.value.message


def test_a_name_cannot_carry_a_second_command(
    dovecot: Dovecot, mailbox_user: str, pki: Pki
) -> None:
    """MAIL 4 E 107: modified UTF-7 encodes what is dangerous."""
    settings = imap_settings(dovecot, mailbox_user, pki)
    password = dovecot.password(mailbox_user)
    with pytest.raises(MailError):
        asked(settings, password, lambda session: session.make_folder("x\r\na1 DELETE INBOX"))
    assert dovecot.uids(mailbox_user) == []
