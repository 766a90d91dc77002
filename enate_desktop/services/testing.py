"""The staged connection test of what is on screen or stored (C-06)."""

import contextlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import StorageError
from enate_desktop.domain.people import Permission
from enate_desktop.mail.report import StageResult, TestReport
from enate_desktop.services.connector_checks import check_secrets, with_usable_servers
from enate_desktop.services.context import Context
from enate_desktop.services.fingerprints import fingerprint
from enate_desktop.services.vault import SecretChanges, SecretName


@dataclass(frozen=True, slots=True)
class ConnectionTest:
    """A report, bound to the connection it was made of.

    ``renewed`` holds the tokens of sign-ins that are not stored yet and were renewed by the test:
    they belong into the save, because the provider no longer honours the former ones.
    """

    report: TestReport
    fingerprint: str
    renewed: Mapping[SecretName, bytes] = field(default_factory=dict, repr=False)

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
        from enate_desktop.services.sign_in import credentials_on_screen

        # The stored password goes to whatever server is named here.
        self._context.need(Permission.EDIT_CONNECTORS)
        check_secrets(secrets)
        connector = with_usable_servers(connector)
        if secrets:
            self._context.vault.prepare()
        with self._context.database.read() as work:
            present = fingerprint(self._context, work, connector, secrets)
            stored = work.connectors.get(connector.id)
            saved = stored and fingerprint(self._context, work, stored) == present
        on_screen = credentials_on_screen(self._context, connector, secrets)
        result = probe(
            connector.use_for,
            connector.incoming,
            connector.outgoing,
            on_screen.by_side,
            report,
            cancel,
            send_to,
            send_from=connector.primary_address,
        )
        if stored is not None:
            unsaved = "" if saved else " With settings that were not saved."
            subject = ("connector", stored.id, stored.name)
            note_test(self._context, subject, result, unsaved)
        return ConnectionTest(result, present, on_screen.renewed)


def note_test(
    context: Context, subject: tuple[str, int, str], report: TestReport, unsaved: str = ""
) -> None:
    """Tell the history how a test of a stored thing (kind, id, name) ended (R-08)."""
    if report.cancelled:
        return
    # A data file that is busy must not take the result away from the person who waited for it.
    with contextlib.suppress(StorageError), context.database.write() as work:
        context.note(work, *subject, "tested", ("connection test", "", report.summary + unsaved))
