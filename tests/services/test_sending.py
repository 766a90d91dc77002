"""What a sender asks of the receiving side: which mails lie in the folder for sent mail."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.outbox import DeliveryState
from enate_desktop.mail.mailbox import ErrorKind, StoppedError
from enate_desktop.mail.smtp_errors import UncertainError
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.sending import OutgoingSession, Senders, SendingService
from enate_desktop.services.vault import SecretName
from enate_desktop.wiring import Services
from enate_desktop.worker.sender import OutboxSender, SenderServices
from tests.mail.support import imap_settings
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.services.answers import answering, deliveries, mail, switch_on, take_in

USES = "namespace inbox {\n  mailbox Sent {\n    special_use = \\Sent\n    auto = create\n  }\n}\n"


@pytest.fixture(scope="module")
def sending_dovecot(pki: Pki) -> Iterator[Dovecot]:
    """A server whose users have a folder for sent mail."""
    with Dovecot(pki, extra=USES) as server:
        yield server


class _Unsure(Senders):
    """A server that takes every mail and says nothing."""

    sends = 0

    def open(self, _connector: Connector, _stopped: object) -> OutgoingSession:
        return self

    def send(self, _sender: str, _recipient: str, _mail: bytes) -> None:
        self.sends += 1
        if self.sends == 1:
            raise UncertainError(ErrorKind.TEMPORARY, "It is not certain whether the mail left.")

    def close(self) -> None:
        """Nothing to close."""


def _company(services: Services, folder: Path) -> Connector:
    key = answering(services, folder)
    take_in(services, mail(), connector_id=key)
    return services.connectors.get(key)


def _pass(services: Services, connector_id: int, source: _Unsure) -> None:
    context = services.context
    sending, connectors = SendingService(context), ConnectorService(context)
    OutboxSender(connector_id, SenderServices(sending, connectors, source, "lease 1")).once()


def test_what_dovecot_has_among_sent_mail_is_not_sent_again(
    services: Services, tmp_path: Path, sending_dovecot: Dovecot, pki: Pki
) -> None:
    """MAIL 3.6, RFC 1047."""
    company = _company(services, tmp_path)
    user = sending_dovecot.new_user()
    services.connectors.save(
        replace(company, incoming=imap_settings(sending_dovecot, user, pki)),
        {SecretName.INCOMING_PASSWORD: sending_dovecot.password(user).encode()},
    )
    switch_on(services, company.id)
    source = _Unsure(services.context)
    _pass(services, company.id, source)
    (one,) = deliveries(services)
    assert one.state is DeliveryState.UNKNOWN

    sending_dovecot.fill(user, [services.outbox.mail(one.id)], "Sent")
    _pass(services, company.id, source)
    assert (deliveries(services)[0].state, source.sends) == (DeliveryState.SENT, 1)


def test_trouble_with_the_receiving_side_does_not_keep_mail_from_being_sent(
    services: Services, tmp_path: Path
) -> None:
    """O-03: without its secret nobody can look; the mail is sent once more, as if not known."""
    company = _company(services, tmp_path)
    switch_on(services, company.id)
    with services.context.database.write() as work:
        services.context.vault.store(work, company.id, {SecretName.INCOMING_PASSWORD: None})
    source = _Unsure(services.context)
    _pass(services, company.id, source)
    _pass(services, company.id, source)
    assert (deliveries(services)[0].state, source.sends) == (DeliveryState.SENT, 2)


def test_a_stop_while_looking_is_a_stop(
    services: Services, tmp_path: Path, sending_dovecot: Dovecot, pki: Pki
) -> None:
    """X-03."""
    incoming = imap_settings(sending_dovecot, sending_dovecot.new_user(), pki)
    company = replace(_company(services, tmp_path), incoming=incoming)
    with pytest.raises(StoppedError):
        Senders(services.context).find_sent(company, ["<a@acme.example>"], lambda: True)
