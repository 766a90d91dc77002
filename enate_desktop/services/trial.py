"""Try a mail: what would become of it now and with an order that is not saved (UI 3.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.messages import Message
from enate_desktop.domain.routes import Route
from enate_desktop.mail.parsing import read_message
from enate_desktop.routing.decision import decide_mail
from enate_desktop.routing.explanation import Decision
from enate_desktop.routing.table import RouteTable
from enate_desktop.services.addressed import addressed_connectors
from enate_desktop.services.context import Context
from enate_desktop.services.known_work import StoredWork
from enate_desktop.services.route_tables import RouteTables, compiled_table, numbered
from enate_desktop.services.routes import route_groups
from enate_desktop.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Answer:
    """What one connector makes of the mail; ``draft`` is None where no draft was given."""

    connector: Connector
    saved: tuple[Decision, ...]
    draft: tuple[Decision, ...] | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """A mail with the answers of the connectors it is addressed to, or of all if of none."""

    message: Message
    answers: tuple[Answer, ...]
    addressed: bool


@dataclass(frozen=True, slots=True)
class MailForm:
    """A mail that somebody makes up; ``attachments`` are file names."""

    sender: str = ""
    to: str = ""
    cc: str = ""
    subject: str = ""
    important: bool = False
    attachments: tuple[str, ...] = ()


class TrialService:
    """Decides made-up, saved and stored mails; nothing is created or sent."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context
        self._tables = RouteTables()
        self.tried = False
        """Whether a mail was tried since the program began."""

    def of(
        self,
        raw: bytes,
        connector_id: int | None = None,
        drafts: Mapping[int, Sequence[Route]] | None = None,
        *,
        as_new: bool = False,
    ) -> Trial:
        """The mail at one connector, or at those it is addressed to.

        ``drafts`` are whole orders by connector id that are tried besides the saved ones.
        ``as_new`` passes over that the mail may have been taken in before (M-01 to M-03). Raises
        InputError when nothing receives mail.
        """
        with self._context.database.read() as work:
            message = read_message(raw)
            groups = tuple(g for g in route_groups(work) if g.connector.use_for.receives)
            if not groups:
                raise InputError(
                    "There is no connector that receives mail.", "Import or add one first."
                )
            wanted = addressed_connectors(groups, raw)
            if connector_id is not None:
                wanted = frozenset((connector_id,))
            chosen = [g.connector for g in groups if g.connector.id in wanted]
            answers = tuple(
                self._answer(work, connector, message, (drafts or {}).get(connector.id), as_new)
                for connector in chosen or [group.connector for group in groups]
            )
        self.tried = True
        return Trial(message, answers, bool(chosen))

    def _answer(
        self,
        work: UnitOfWork,
        connector: Connector,
        message: Message,
        draft: Sequence[Route] | None,
        as_new: bool,
    ) -> Answer:
        saved = _decided(work, self._tables.of(work, connector.id).table, message, as_new)
        if draft is None:
            return Answer(connector, saved)
        table = compiled_table(work, connector, numbered(draft))
        return Answer(connector, saved, _decided(work, table, message, as_new))


def composed(form: MailForm) -> bytes:
    """The mail of a form, as a server would deliver it; InputError for an unusable value."""
    mail = EmailMessage(policy=SMTP)
    for name, value in (
        ("From", form.sender),
        ("To", form.to),
        ("Cc", form.cc),
        ("Subject", form.subject),
    ):
        text = " ".join(value.split())
        text = text if name == "Subject" else text.replace(";", ",")
        try:
            if text:
                mail[name] = text
        except (ValueError, IndexError, AttributeError):
            raise InputError(
                f'"{value.strip()[:100]}" cannot stand in a mail as {name}.',
                "Write whole addresses such as anna@acme.com, separated by semicolons.",
                field=name.lower(),
            ) from None
    if form.important:
        mail["Importance"] = "high"
    mail.set_content("")
    for file_name in form.attachments:
        name = file_name.strip()
        shown = f"file{name}" if name.startswith(".") else name
        mail.add_attachment(b"", "application", "octet-stream", filename=shown)
    return mail.as_bytes()


def _decided(
    work: UnitOfWork, table: RouteTable, message: Message, as_new: bool
) -> tuple[Decision, ...]:
    if as_new:
        return table.decide(message, explain=True)
    by_subject = work.facts.settings().link_by_subject
    return decide_mail(message, table, StoredWork(work, message), link_by_subject=by_subject)
