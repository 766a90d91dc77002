"""The staged connection test of what is on screen or stored (C-06)."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from enate_desktop.domain.connectors import Connector, connection_fingerprint
from enate_desktop.mail.report import StageResult, TestReport
from enate_desktop.services.connector_edits import check_secrets, with_usable_servers
from enate_desktop.services.context import Context
from enate_desktop.services.vault import SecretChanges, SecretName


@dataclass(frozen=True, slots=True)
class ConnectionTest:
    """A report, bound to the connection it was made of."""

    report: TestReport
    fingerprint: str

    @property
    def ok(self) -> bool:
        """Whether every stage passed or was not needed."""
        return self.report.ok


class TestingService:
    """Runs connection tests; blocking, so the window runs it off the GUI thread."""

    # pytest would take the name for a test class.
    __test__ = False

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def run(
        self,
        connector: Connector,
        secrets: SecretChanges,
        report: Callable[[StageResult], None],
        cancel: threading.Event,
        send_to: str | None = None,
    ) -> ConnectionTest:
        """Test ``connector`` as given; stored secrets fill in for those not in ``secrets``.

        ``report`` is called in this thread for every stage. Nothing in the mailbox changes, and no
        mail is sent unless ``send_to`` names an address. Raises InputError for unusable values.
        """
        # Mail servers and certificates cost 120 ms to import; the window is opened without them.
        from enate_desktop.mail.probe import probe
        from enate_desktop.services.sign_in import credential_of

        check_secrets(secrets)
        connector = with_usable_servers(connector)
        if secrets:
            self._context.vault.prepare()
        with self._context.database.read() as work:
            known: dict[SecretName, bytes] = {}
            if connector.id:
                known = self._context.vault.stored(work, connector.id)
            marks = self._context.vault.marks(work, connector.id, secrets)
        for name, secret in secrets.items():
            if secret is None:
                known.pop(name, None)
            else:
                known[name] = secret
        result = probe(
            connector.use_for,
            connector.incoming,
            connector.outgoing,
            {
                side: credential_of(side, settings, known)
                for side, settings in connector.sides.items()
            },
            report,
            cancel,
            send_to,
            send_from=connector.primary_address,
        )
        return ConnectionTest(result, connection_fingerprint(connector, marks))
