"""Connectors: listing, saving, enabling, deleting, and what the worker reports of them (SPEC 2)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from enate_desktop.domain.connectors import (
    Condition,
    Connector,
    FirstIntake,
    Health,
    connection_fingerprint,
)
from enate_desktop.domain.errors import NotFoundError, RefusedError
from enate_desktop.domain.people import Permission
from enate_desktop.mail.mailbox import FolderState
from enate_desktop.services import connector_edits as edits
from enate_desktop.services.changes import Changes
from enate_desktop.services.context import Context
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.services.vault import SecretChanges, SecretName
from enate_desktop.storage.unit_of_work import UnitOfWork

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
            connector = work.connectors.find(name)
            names = ", ".join(f'"{c.name}"' for c in work.connectors.all()) or "none yet"
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
        if secrets:
            self._context.vault.prepare()
        with self._context.database.write() as work:
            before = work.connectors.get(connector.id)
            passed = test.fingerprint if test is not None and test.ok else ""
            connector_id = edits.save_connector(self._context, work, connector, secrets, passed)
            saved = _stored(work, connector_id)
            if saved.enabled and not (before and before.enabled):
                check_can_run(saved)
                self._go_live(work, saved, test.report.folder if test else None)
            return _stored(work, connector_id)

    def enable(self, connector_id: int, test: ConnectionTest) -> Connector:
        """Switch on after a passed test of the stored settings (C-05).

        The first enable of a mailbox notes what is already in it (C-12).
        """
        self._context.need(Permission.EDIT_CONNECTORS)
        with self._context.database.write() as work:
            connector = _stored(work, connector_id)
            check_can_run(connector)
            marks = self._context.vault.marks(work, connector_id)
            fingerprint = connection_fingerprint(connector, marks)
            if not test.ok or test.fingerprint != fingerprint:
                raise RefusedError(
                    f'"{connector.name}" stays off: its connection was not tested as it is now.',
                    "Test the connection, then enable it.",
                    field="enabled",
                )
            work.connectors.change(
                connector_id,
                enabled=True,
                tested_fingerprint=fingerprint,
                tested_at=datetime.now(UTC),
                tested_by=self._context.me.login,
                version=connector.version + 1,
            )
            if not connector.enabled:
                self._context.note(work, "connector", connector_id, connector.name, "switched on")
                self._go_live(work, connector, test.report.folder)
            return _stored(work, connector_id)

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
            routes = len(work.routes.of(connector_id))
            outgoing = sum(1 for r in work.routes.outgoing() if r.connector_id == connector_id)
            mails = sum(work.ledger.counts(connector_id).values())
        lines = []
        if routes:
            lines.append(f"{routes} email routes are deleted with it.")
        if outgoing:
            lines.append(f"{outgoing} outgoing routes are deleted with it.")
        if mails:
            lines.append(f"{mails} mails it took in and their work items stay, with their history.")
        return tuple(lines)

    def make_default_sender(self, connector_id: int) -> Changes:
        """Make a connector that sends the one default sender (C-09)."""
        self._context.need(Permission.EDIT_CONNECTORS)
        with self._context.database.write() as work:
            connector = _stored(work, connector_id)
            if not connector.use_for.sends:
                raise RefusedError(
                    f'"{connector.name}" does not send mail.', "Choose one that does."
                )
            for other in work.connectors.all():
                if other.default_sender != (other.id == connector_id):
                    work.connectors.change(other.id, default_sender=other.id == connector_id)
            self._context.note(
                work, "connector", connector_id, connector.name, "became the default sender"
            )
        return Changes(connectors=frozenset((connector_id,)))

    def stored_secrets(self, connector_id: int) -> frozenset[SecretName]:
        """Which secrets are stored; never their values."""
        with self._context.database.read() as work:
            marks = work.connectors.credential_marks(connector_id)
        return frozenset(SecretName(name) for name in marks)

    def note_success(self, connector_id: int) -> None:
        """The worker looked into the mailbox without trouble; the failure counter restarts."""
        condition = Condition(Health.RUNNING, last_check=datetime.now(UTC))
        with self._context.database.write() as work:
            work.connectors.set_condition(connector_id, condition)

    def note_failure(
        self, connector_id: int, reason: str, *, final: bool, counted: bool = True
    ) -> Condition:
        """The worker met trouble: the connector is switched off when it is ``final``.

        It is also switched off once the configured number of counted attempts is reached (C-08).
        """
        now = datetime.now(UTC)
        with self._context.database.write() as work:
            connector = _stored(work, connector_id)
            failures = connector.condition.failures + counted
            stop = final or (counted and failures >= work.facts.settings().retry_limit)
            condition = Condition(
                health=Health.STOPPED if stop else Health.FAILING,
                reason=reason,
                failures=failures,
                last_check=now,
                last_error=now,
            )
            if stop and connector.enabled:
                self._switch_off(work, connector, "stopped", ("reason", "", reason))
            work.connectors.set_condition(connector_id, condition)
        return condition

    def _go_live(self, work: UnitOfWork, connector: Connector, folder: FolderState | None) -> None:
        work.connectors.set_condition(connector.id, Condition())
        if folder is None or connector.incoming is None:
            return
        mailbox = mailbox_name(connector)
        if not work.ledger.epochs(connector.id, mailbox):
            old_mail = connector.start_from.choice is FirstIntake.NEW
            baseline = max(folder.uidnext - 1, 0) if old_mail else 0
            work.ledger.open_epoch(connector.id, mailbox, folder.uidvalidity, baseline)

    def _switch_off(
        self, work: UnitOfWork, connector: Connector, action: str, *changes: tuple[str, str, str]
    ) -> None:
        off = replace(connector, enabled=False)
        work.connectors.change(connector.id, enabled=off.enabled, version=connector.version + 1)
        self._context.note(work, "connector", connector.id, connector.name, action, *changes)


def check_can_run(connector: Connector) -> None:
    """Refuse to switch on what the worker cannot do."""
    if connector.incoming is not None and connector.incoming.is_pop3:
        raise RefusedError(
            f'"{connector.name}" stays off: mail is not taken in over POP3.',
            "Choose the IMAP service of this mailbox.",
            field="incoming.service",
        )


def mailbox_name(connector: Connector) -> str:
    """How the ledger names the mailbox of a connector: a change of it is another mailbox."""
    settings = connector.incoming
    if settings is None:
        return ""
    return f"{settings.username.casefold()}/{settings.additional_mailbox or ''}/INBOX"


def _stored(work: UnitOfWork, connector_id: int) -> Connector:
    connector = work.connectors.get(connector_id)
    if connector is None:
        raise NotFoundError("That connector was deleted in the meantime.", "Nothing was changed.")
    return connector
