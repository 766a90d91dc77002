"""The mailboxes of the demo in memory, served over IMAP by pymap (RFC 3501, 6851, 4315)."""

import asyncio
import logging
import ssl
from argparse import Namespace
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import uuid4

from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Identity, Login
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import BuiltinHash

_log = logging.getLogger(__name__)

INBOX = "INBOX"


class _DemoConfig(Config):
    """pymap's settings without its look-up of this computer's name, which may wait for DNS."""

    @property
    def greeting(self) -> bytes:
        return b"Enate Desktop demo server ready"


class ImapMailboxes:
    """One mailbox per user; every method runs in the server's event loop."""

    def __init__(self, config: Config) -> None:
        self._login = Login(config)
        self._imap = IMAPServer(self._login, config)
        self._writers: set[asyncio.StreamWriter] = set()

    @classmethod
    async def create(
        cls, users: Mapping[str, str], folders: Iterable[str], context: ssl.SSLContext
    ) -> "ImapMailboxes":
        """Mailboxes for ``users`` (name to password), each with the empty ``folders``."""
        config = _configuration(context)
        config.apply_context()
        passwords = Passwords(config)
        mailboxes = cls(config)
        for user, password in users.items():
            digest = await passwords.hash_password(password)
            mailboxes._login.users_dict[user] = UserMetadata(config, user, password=digest)
        for user in users:
            for folder in folders:
                async with mailboxes._identity(user).new_session() as session:
                    await session.mailbox_set.add_mailbox(folder)
        return mailboxes

    async def append(self, user: str, raw: bytes, received: datetime, folder: str = INBOX) -> None:
        """Put ``raw`` into a folder with ``received`` as its INTERNALDATE; wakes IDLE."""
        async with self._identity(user).new_session() as session:
            mailbox = await session.mailbox_set.get_mailbox(folder)
            await mailbox.append(AppendMessage(raw, received), recent=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak IMAP on one connection until it ends."""
        self._writers.add(writer)
        info = SocketInfo.get(writer, None, unique_id=uuid4().bytes)
        try:
            await self._imap(reader, writer, info)
        except Exception:
            _log.debug("A demo IMAP connection ended early.", exc_info=True)
        finally:
            self._writers.discard(writer)
            writer.close()

    def drop_connections(self) -> None:
        """Close every open connection at once."""
        for writer in tuple(self._writers):
            writer.transport.abort()

    def _identity(self, user: str) -> Identity:
        return Identity(user, self._login, None, frozenset())


def _configuration(context: ssl.SSLContext) -> _DemoConfig:
    """TLS is already there when pymap takes over, so STARTTLS is off.

    One hashing round suffices: the passwords live in this process only and end with it.
    """
    arguments = Namespace(
        host=None,
        port=0,
        debug=False,
        cert=None,
        key=None,
        tls=False,
        demo_data=False,
        demo_user="",
        demo_password="",
        passlib_cfg=None,
        proxy_protocol=None,
    )
    return _DemoConfig.from_args(
        arguments,
        ssl_context=context,
        hash_context=BuiltinHash(rounds=1),
        cpu_subsystem=Subsystem.for_asyncio(),
        invalid_user_sleep=0.0,
        reject_dnsbl=False,
    )
