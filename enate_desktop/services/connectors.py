"""Connectors: listing, saving, enabling, deleting, and what the worker reports of them (SPEC 2)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from enate_desktop.domain.certificate_expiry import ExpiryWarning, expiry_warnings
from enate_desktop.domain.connectors import Condition, Connector, Health
from enate_desktop.domain.errors import NotFoundError, RefusedError
from enate_desktop.domain.history import DefaultSender, HistoryFilter
from enate_desktop.domain.people import Permission
from enate_desktop.domain.rules import folded
from enate_desktop.services import connector_edits as edits
from enate_desktop.services.changes import NOTHING, Changes
from enate_desktop.services.context import Context
from enate_desktop.services.fingerprints import fingerprint, uses_certificate
from enate_desktop.services.live_mailboxes import go_live
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.services.vault import SecretChanges, SecretName
from enate_desktop.storage.unit_of_work import UnitOfWork

EXPIRES = "certificate expires"
"""The action under which the history tells of a certificate that ends soon."""
_MOST_STEPS = 200
NO_SECRETS: Mapping[SecretName, bytes | None] = {}


class ConnectorService:
    """Connectors and their state."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def all(self) -> tuple[Connector, ...]:
        """Every connector, by name."""
        with self._context.database.read() as work:
            return work.connectors.all()

    def get(self, connector_id: int) -> Connector:
        """One connector; NotFoundError when it was deleted."""
        with self._context.database.read() as work:
            return _stored(work, connector_id)

    def find(self, name: str) -> Connector:
        """The connector of that name; NotFoundError names the ones there are."""
        with self._context.database.read() as work:
            known = work.connectors.all()
            # As uniqueness compares: macOS hands names over in another Unicode form than typed.
            connector = next((c for c in known if folded(c.name) == folded(name)), None)
            names = ", ".join(f'"{c.name}"' for c in known) or "none yet"
        if connector is None:
            raise NotFoundError(
                f'There is no connector named "{name}".', f"The connectors are: {names}."
            )
        return connector

    def save(
        self,
        connector: Connector,
        secrets: SecretChanges = NO_SECRETS,
        test: ConnectionTest | None = None,
    ) -> Connector:
        """Add (id 0) or replace a connector; returns it as stored.

        ``test`` is the test just made of these very values. Enable is switched off when the
        connection as saved was not tested (C-05). StaleError when somebody else saved first.
        """
        self._context.need(Permission.EDIT_CONNECTORS)
        _fetch_key(self._context, connector, secrets)
        with self._context.database.write() as work:
            before = work.connectors.get(connector.id)
            passed = test.fingerprint if test is not None and test.ok else ""
            connector_id = edits.save_connector(self._context, work, connector, secrets, passed)
            saved = _stored(work, connector_id)
            # The test of something else says nothing about this mailbox.
            fresh = bool(passed) and passed == saved.tested_fingerprint
            folder = test.report.folder if test and fresh else None
            edits.begin_life(work, before, saved, folder)
            return _stored(work, connector_id)

    def enable(self, connector_id: int, test: ConnectionTest) -> Connector:
        """Switch on after a passed test of the stored settings (C-05).

        The first enable of a mailbox notes what is already in it (C-12).
        """
        self._context.need(Permission.EDIT_CONNECTORS)
        with self._context.database.write() as work:
            connector = _stored(work, connector_id)
            present = fingerprint(self._context, work, connector)
            if not test.ok or test.fingerprint != present:
                raise RefusedError(
                    f'"{connector.name}" stays off: its connection was not tested as it is now.',
                    "Test the connection, then enable it.",
                    field="enabled",
                )
            work.connectors.change(
                connector_id,
                enabled=True,
                tested_fingerprint=present,
                tested_at=datetime.now(UTC),
                tested_by=self._context.me.login,
                version=connector.version + 1,
            )
            if not connector.enabled:
                on = replace(connector, enabled=True)
                self._context.note(
                    work, "connector", on.id, on.name, "switched on", before=connector, after=on
                )
                go_live(work, connector, test.report.folder)
            return _stored(work, connector_id)

    def copy_of(self, connector_id: int) -> Connector:
        """A new connector (id 0) like a stored one, to be finished in the editor; nothing is saved.

        It is off, and has no address (C-11) and no secrets.
        """
        self._context.need(Permission.EDIT_CONNECTORS)
        with self._context.database.read() as work:
            names = [c.name for c in work.connectors.all()]
            return edits.copied(_stored(work, connector_id), names)

    def disable(self, connector_id: int) -> Connector:
        """Switch off; nothing is polled or sent from then on."""
        self._context.need(Permission.EDIT_CONNECTORS)
        with self._context.database.write() as work:
            connector = _stored(work, connector_id)
            if connector.enabled:
                self._switch_off(work, connector, "switched off")
                work.connectors.set_condition(connector_id, Condition())
            return _stored(work, connector_id)

    def delete(self, connector_id: int) -> Changes:
        """Remove a connector with its routes; refused while enabled or default sender (C-10)."""
        self._context.need(Permission.EDIT_CONNECTORS)
        with self._context.database.write() as work:
            edits.delete_connector(self._context, work, _stored(work, connector_id))
        touched = frozenset((connector_id,))
        return Changes(connectors=touched, routes=touched)

    def dependants(self, connector_id: int) -> tuple[str, ...]:
        """What goes or stays when the connector is deleted, in words (C-10)."""
        with self._context.database.read() as work:
            return edits.dependants(work, _stored(work, connector_id))

    def make_default_sender(self, connector_id: int) -> Changes:
        """Make a connector that sends the one default sender (C-09)."""
        self._context.need(Permission.EDIT_CONNECTORS)
        with self._context.database.write() as work:
            connector = _stored(work, connector_id)
            if not connector.use_for.sends:
                raise RefusedError(
                    f'"{connector.name}" does not send mail.', "Choose one that does."
                )
            former = next((c for c in work.connectors.all() if c.default_sender), connector)
            if connector.default_sender:
                return NOTHING
            others = (former,) if former.default_sender else ()
            also = [edits.hand_over(work, other, default_sender=False) for other in others]
            work.connectors.change(connector_id, default_sender=True)
            self._context.note(
                work,
                "connector",
                connector_id,
                connector.name,
                "became the default sender",
                before=DefaultSender(former.id),
                after=DefaultSender(connector_id),
                also=also,
            )
        return Changes(connectors=frozenset((connector_id, former.id)))

    def stored_secrets(self, connector_id: int) -> frozenset[SecretName]:
        """Which secrets are stored; never their values."""
        with self._context.database.read() as work:
            marks = work.connectors.credential_marks(connector_id)
        return frozenset(SecretName(name) for name in marks)

    def note_success(self, connector_id: int, warning: str = "") -> None:
        """The worker looked into the mailbox without trouble; the failure counter restarts.

        ``warning`` is what a person should know all the same.
        """
        condition = Condition(Health.RUNNING, warning, last_check=datetime.now(UTC))
        with self._context.database.write() as work:
            connector = work.connectors.get(connector_id)
            if connector is not None and connector.enabled:
                work.connectors.set_condition(connector_id, condition)

    def note_failure(
        self,
        connector_id: int,
        reason: str,
        *,
        final: bool,
        counted: bool = True,
        sign_in: bool = False,
    ) -> Condition:
        """The worker met trouble: the connector is switched off when it is ``final``.

        It is also switched off once the configured number of counted attempts is reached (C-08).
        ``sign_in``: a person must sign in again. What was switched off or deleted meanwhile stays
        as it is.
        """
        now = datetime.now(UTC)
        with self._context.database.write() as work:
            connector = work.connectors.get(connector_id)
            if connector is None or not connector.enabled:
                return connector.condition if connector else Condition()
            failures = connector.condition.failures + counted
            stop = final or (counted and failures >= work.facts.settings().retry_limit)
            stopped = Health.SIGN_IN_NEEDED if sign_in else Health.STOPPED
            condition = Condition(
                health=stopped if stop else Health.FAILING,
                reason=reason,
                failures=failures,
                last_check=now,
                last_error=now,
            )
            if stop:
                self._switch_off(work, connector, "stopped", ("reason", "", reason))
            work.connectors.set_condition(connector_id, condition)
        return condition

    def note_expiring(self, now: datetime) -> Changes:
        """Tell of certificates that reached a step towards their end, once for each step (C-04)."""
        with self._context.database.read() as work:
            reached = [(c, w) for c in work.connectors.all() for w in expiry_warnings(c, now)]
        if not reached:
            return NOTHING
        told = set()
        with self._context.database.write() as work:
            for connector, warning in reached:
                if not _was_told(work, connector.id, warning):
                    change = (f"{warning.side}.certificate", "", warning.told)
                    subject = ("connector", connector.id, connector.name)
                    self._context.note(work, *subject, EXPIRES, change)
                    told.add(connector.id)
        return Changes(conditions=frozenset(told))

    def _switch_off(
        self, work: UnitOfWork, connector: Connector, action: str, *changes: tuple[str, str, str]
    ) -> None:
        work.connectors.change(connector.id, enabled=False, version=connector.version + 1)
        # A stop has a reason, which is mended in the connector: it is nothing to take back.
        on, off = (None, None) if changes else (connector, replace(connector, enabled=False))
        self._context.note(
            work,
            "connector",
            connector.id,
            connector.name,
            action,
            *changes,
            before=on,
            after=off,
        )


def _fetch_key(context: Context, connector: Connector, secrets: SecretChanges) -> None:
    """Have the key before the transaction: asking a person for it must not hold up the others."""
    if secrets:
        context.vault.prepare()
    elif connector.id and any(map(uses_certificate, connector.sides.values())):
        with context.database.read() as work:
            context.vault.stored(work, connector.id)


def _was_told(work: UnitOfWork, connector_id: int, warning: ExpiryWarning) -> bool:
    wanted = HistoryFilter(subject=("connector", connector_id), actions=(EXPIRES,))
    lines = (e for change in work.history.page(wanted, _MOST_STEPS) for e in change.entries)
    return any(e.new == warning.told and e.field.startswith(warning.side) for e in lines)


def _stored(work: UnitOfWork, connector_id: int) -> Connector:
    connector = work.connectors.get(connector_id)
    if connector is None:
        raise NotFoundError("That connector was deleted in the meantime.", "Nothing was changed.")
    return connector
