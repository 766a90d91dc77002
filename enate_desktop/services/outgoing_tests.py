"""Testing an outgoing route: does the server take mail from its address? (R-02)"""

import threading
from collections.abc import Callable
from dataclasses import replace

from enate_desktop.domain.connectors import UseFor
from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.routes import OutgoingRoute
from enate_desktop.mail.report import StageResult
from enate_desktop.services import route_edits as edits
from enate_desktop.services.context import Context
from enate_desktop.services.fingerprints import route_fingerprint
from enate_desktop.services.testing import ConnectionTest, note_test


class OutgoingTestService:
    """Runs the tests of outgoing routes; blocking, so the window runs it off the GUI thread."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def run(
        self,
        route: OutgoingRoute,
        report: Callable[[StageResult], None],
        cancel: threading.Event,
        send_to: str | None = None,
    ) -> ConnectionTest:
        """Test ``route`` as given, saved or not, over its connector as stored.

        The connector signs in, and the server is asked whether it takes mail from the address; a
        mail is sent only when ``send_to`` names an address. The test is bound to the address and
        to the outgoing side of the connector. Raises InputError for an unusable route.
        """
        # Mail servers and certificates cost 120 ms to import; the window is opened without them.
        from enate_desktop.mail.probe import probe
        from enate_desktop.services.sign_in import credentials_on_screen

        self._context.need(Permission.EDIT_ROUTES)
        with self._context.database.read() as work:
            connector, address = edits.usable_sender(work, route)
            present = route_fingerprint(self._context, work, connector, address)
            stored = next((r for r in work.routes.outgoing() if r.id == route.id), None)
        result = probe(
            UseFor.OUTGOING,
            None,
            connector.outgoing,
            credentials_on_screen(self._context, connector, {}).by_side,
            report,
            cancel,
            send_to,
            send_from=address,
            ask=True,
        )
        if stored is not None:
            same = (stored.connector_id, stored.address) == (connector.id, address)
            unsaved = "" if same else f" From {address}, which was not saved."
            note_test(self._context, ("outgoing route", stored.id, stored.name), result, unsaved)
        return ConnectionTest(result, present)

    def enable(self, route_id: int, test: ConnectionTest) -> OutgoingRoute:
        """Switch on after a passed test of the stored route and connector; returns it as stored."""
        self._context.need(Permission.EDIT_ROUTES)
        with self._context.database.write() as work:
            route = next((r for r in work.routes.outgoing() if r.id == route_id), None)
            if route is None:
                raise NotFoundError("That route was deleted.", "Nothing was changed.")
            connector, address = edits.usable_sender(work, route)
            present = route_fingerprint(self._context, work, connector, address)
            if not test.ok or test.fingerprint != present:
                raise edits.not_tested(route)
            wanted = replace(route, enabled=True)
            edits.save_outgoing(self._context, work, wanted, test.fingerprint)
            return next(r for r in work.routes.outgoing() if r.id == route_id)
