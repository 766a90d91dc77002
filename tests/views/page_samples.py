"""A company to show on the pages, and mails that were taken in."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from enate_desktop.domain.connectors import (
    Connector,
    Fallback,
    Security,
    ServerSettings,
    UseFor,
)
from enate_desktop.domain.directory import Kind, NodeKind
from enate_desktop.domain.routes import Covers, Route
from enate_desktop.domain.rules import Rules, patterns
from enate_desktop.mail.mailbox import FolderState
from enate_desktop.services.bundle import Services
from enate_desktop.services.vault import SecretName
from enate_desktop.storage.records import NewMail
from tests.company import open_services

PASSWORD = {SecretName.INCOMING_PASSWORD: b"correct"}


@contextmanager
def company(folder: Path, login: str = "anna") -> Iterator[Services]:
    """Services with two processes and no connector."""
    services = open_services(folder, login)
    directory = services.directory
    if not directory.nodes():
        customer = directory.add_node(NodeKind.CUSTOMER, "Acme")
        contract = directory.add_node(NodeKind.CONTRACT, "HR services", customer)
        service = directory.add_node(NodeKind.SERVICE, "Onboarding", contract)
        directory.add_process(service, "HR query", Kind.TICKET, ["General", "Payroll > Error"])
        directory.add_process(service, "New starter", Kind.CASE)
    yield services
    services.close()


def process_id(services: Services, name: str) -> int:
    """The id of a process."""
    return next(p.id for p in services.directory.processes(retired=True) if p.name == name)


def add_connector(
    services: Services, name: str = "HR EMEA", address: str = "hr@acme.example", port: int = 1143
) -> Connector:
    """A receiving connector on loopback, off and untested."""
    settings = ServerSettings("other_imap", "127.0.0.1", port, Security.NONE, username="hr")
    fallback = Fallback(process_id(services, "HR query"), "General", covers=Covers.PRIMARY)
    wanted = Connector(0, name, UseFor.INCOMING, address, settings, fallback=fallback)
    return services.connectors.save(wanted, PASSWORD)


def add_sender(services: Services, name: str = "Noreply") -> Connector:
    """A sending connector, off and untested."""
    settings = ServerSettings("other_smtp", "127.0.0.1", 1587, Security.NONE, username="noreply")
    wanted = Connector(0, name, UseFor.OUTGOING, f"{name.lower()}@acme.example", None, settings)
    return services.connectors.save(wanted, {SecretName.OUTGOING_PASSWORD: b"correct"})


def add_route(
    services: Services, connector_id: int, name: str, *, sender: str = "", test_mode: bool = False
) -> Route:
    """A route to New starter."""
    rules = Rules(senders=patterns([sender])) if sender else Rules()
    target = process_id(services, "New starter")
    return services.routes.save(
        Route(
            0,
            connector_id,
            name,
            "hr@acme.example",
            target,
            rules=rules,
            test_mode=test_mode,
        )
    )


def letter(
    sender: str, subject: str, to: str = "hr@acme.example", attachment: bytes = b"", **headers: str
) -> bytes:
    """The bytes of one mail."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = headers.pop("message_id", f"<{abs(hash((sender, subject)))}@test>")
    mail["Date"] = "Mon, 23 Nov 2026 10:00:00 +0000"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Hello <b>there</b>,\nplease look.")
    if attachment:
        mail.add_attachment(
            attachment, maintype="application", subtype="pdf", filename="contract.pdf"
        )
    return mail.as_bytes()


def take_in(services: Services, connector_id: int, raws: Iterable[bytes]) -> None:
    """Have these mails fetched and decided, as the worker does."""
    intake = services.intake
    connector = services.connectors.get(connector_id)
    epoch = intake.epoch(connector, FolderState(1, 1, 0, 0, read_only=False))
    with services.context.database.read() as work:
        first = max(work.ledger.uids(epoch.id), default=0) + 1
    now = datetime.now(UTC)
    mails = [NewMail(uid, now, len(raw), raw) for uid, raw in enumerate(raws, start=first)]
    intake.store(connector, epoch, mails)
    for pending in intake.pending(connector_id):
        intake.retry(pending)
