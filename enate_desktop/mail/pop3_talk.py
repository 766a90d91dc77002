"""POP3 commands and answers (RFC 1939), each bounded in bytes, lines and time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from enate_desktop.mail.mailbox import ErrorKind, MailError, shown_words
from enate_desktop.mail.wire import Wire

_STATUS_BYTES = 4 << 10
_TOGETHER = 64
_TOGETHER_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Listed:
    """One mail as this connection numbers it; ``uidl`` is empty where it has no usable name."""

    number: int
    size: int
    uidl: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came for a mail: nothing (None) when the server refused with ``words``."""

    listed: Listed
    raw: bytes | None
    words: str


class Pop3Talk:
    """The commands of one connection; a server that says what is no answer is left at once."""

    def __init__(self, wire: Wire, host: str) -> None:
        self._wire = wire
        self._host = host
        self._line_end = b"\r\n"
        self.pipelining = False
        self.quoting = True
        """Off while a secret is on its way, which a server might repeat in an odd answer."""

    def greeting(self) -> bytes:
        """The first line; a server that ends it with a line feed alone is taken to do so always."""
        self._wire.begin(line=_STATUS_BYTES)
        line = self._wire.readline()
        self._line_end = b"\r\n" if line.endswith(b"\r\n") else b"\n"
        return line.rstrip(b"\r\n")

    def send(self, *commands: str) -> None:
        """Send commands without waiting for their answers."""
        self._wire.begin()
        self._wire.send("".join(f"{command}\r\n" for command in commands).encode())

    def line(self) -> bytes:
        """The next line of the server, without its end."""
        # What was asked for together may come along with it: the line is bounded, not the piece.
        self._wire.begin(line=_STATUS_BYTES)
        return self._wire.readline().rstrip(b"\r\n")

    def status(self) -> tuple[bool, str]:
        """Whether the next answer is +OK, and its words; MailError when it is no answer at all."""
        return self.read_status(self.line())

    def read_status(self, line: bytes) -> tuple[bool, str]:
        """The same of a line that was read already."""
        mark, _, words = line.partition(b" ")
        if mark.upper() not in (b"+OK", b"-ERR"):
            raise self.out_of_step(line)
        return mark.upper() == b"+OK", words.decode("utf-8", "replace").strip()

    def ask(self, command: str) -> tuple[bool, str]:
        """Send one command and wait for the first line of its answer."""
        self.send(command)
        return self.status()

    def expect(self, words: str) -> None:
        """Read an answer that must begin with these words; MailError for any other."""
        line = self.line()
        ok, said = self.read_status(line)
        if not ok or not f"{said} ".startswith(f"{words} " if words else ""):
            raise self.out_of_step(line)

    def block(self, size: int) -> bytes:
        """The lines after the first one of an answer, dots unstuffed; at most ``size`` bytes.

        Ends at nothing but a whole line with a dot: a mail with other line ends inside could else
        pretend to be the next answer.
        """
        end = self._line_end
        self._wire.begin(size=size)
        body = self._wire.read_to(end + b"." + end, after=len(end))[: -1 - len(end)]
        if len(body) > size:
            raise self._wire.too_large()
        if body.startswith(b".."):
            body = body[1:]
        return body.replace(end + b"..", end + b".")

    def out_of_step(self, line: bytes) -> MailError:
        """The error for words that are no answer: nothing that follows could be trusted."""
        return MailError(
            ErrorKind.PROTOCOL,
            f"The server {self._host} said something that is no answer in POP3.",
            "The connection was closed. No mail was changed; we try again later.",
            server_words=shown_words(line) if self.quoting else "",
        )


@dataclass(slots=True)
class Delivery:
    """Mails, or parts of them, some at a time; handed on only when the server is still in step.

    ``command`` asks for a mail, ``limit`` is how many bytes it may have. ``begun`` are the numbers
    of mails the server may count as read. ``check`` is asked after the last mail of each part and
    what must be answered: a mail with a lone dot that the server did not stuff would else end
    early, and the rest of it pretend to be the next mail.
    """

    talk: Pop3Talk
    command: Callable[[Listed], str]
    limit: Callable[[Listed], int]
    check: Callable[[Listed], tuple[str, str]]
    begun: set[int] = field(default_factory=set)
    alone: bool = False

    def of(self, wanted: Sequence[Listed]) -> Iterator[Delivered]:
        """What the server gives for each, in this order."""
        for part in self._together(wanted):
            self.begun.update(one.number for one in part)
            question, expected = self.check(part[-1])
            commands = [*(self.command(one) for one in part), question]
            if self.talk.pipelining:
                self.talk.send(*commands)
            got = []
            for one, command in zip(part, commands, strict=False):
                if not self.talk.pipelining:
                    self.talk.send(command)
                ok, words = self.talk.status()
                if not ok:
                    self.begun.discard(one.number)
                got.append(Delivered(one, self.talk.block(self.limit(one)) if ok else None, words))
            if not self.talk.pipelining:
                self.talk.send(question)
            self.talk.expect(expected)
            yield from got

    def _together(self, wanted: Sequence[Listed]) -> Iterator[list[Listed]]:
        """Parts of bounded size; asked for at once where the server allows that (RFC 2449)."""
        most = 1 if self.alone else _TOGETHER
        part: list[Listed] = []
        size = 0
        for one in wanted:
            if part and (len(part) == most or size + one.size > _TOGETHER_BYTES):
                yield part
                part, size = [], 0
            part.append(one)
            size += one.size
        if part:
            yield part
