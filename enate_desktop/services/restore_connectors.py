"""Bringing back connectors and the default sender; secrets are never brought back (X-08, S-02)."""

from collections.abc import Mapping
from dataclasses import replace

from typing_extensions import override

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import NotFoundError, RefusedError
from enate_desktop.domain.history import DefaultSender, WholeConnector
from enate_desktop.domain.people import Permission
from enate_desktop.services.changes import Changes
from enate_desktop.services.connector_checks import usable_connector
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.field_words import field_words
from enate_desktop.services.fingerprints import fingerprint, used_secrets
from enate_desktop.services.restorable import ComparedField, Restorable
from enate_desktop.services.restore_routes import is_there_already
from enate_desktop.storage.directory import key_of
from enate_desktop.storage.unit_of_work import UnitOfWork

SECRETS_STAY = "Secrets are not kept in the history: the stored ones stay."
_SECRETS_GONE = (
    "Its password, certificate or sign-in was removed with it: enter it again, test the "
    "connection, then enable it."
)


class Connectors(Restorable[Connector | WholeConnector]):
    """Connectors; a deletion is kept with the routes it took away."""

    permission = Permission.EDIT_CONNECTORS

    @override
    def present(self, work: UnitOfWork, state: Connector | WholeConnector) -> Connector | None:
        return work.connectors.get(_bare(state).id)

    @override
    def names(self, work: UnitOfWork) -> Mapping[str, Mapping[int, str]]:
        return {"process_id": {key: p.path for key, p in work.directory.process_map().items()}}

    @override
    def rows(
        self,
        work: UnitOfWork,
        before: Connector | WholeConnector | None,
        after: Connector | WholeConnector | None,
        now: Connector | WholeConnector | None,
    ) -> tuple[ComparedField, ...]:
        sides = (None if side is None else _bare(side) for side in (before, after, now))
        return super().rows(work, *sides)

    @override
    def merge(
        self,
        now: Connector | WholeConnector,
        other: Connector | WholeConnector,
        wanted: Connector | WholeConnector,
    ) -> Connector:
        present, was, to = _bare(now), _bare(other), _bare(wanted)
        made = _bare(super().merge(present, was, to))
        if replace(made, enabled=False) == replace(present, enabled=False) and made.enabled:
            self._check_tested(present)
        return made

    @override
    def change(
        self, now: Connector | WholeConnector, wanted: Connector | WholeConnector
    ) -> Changes:
        saved = ConnectorService(self.restoring).save(_bare(wanted))
        touched = frozenset((saved.id,))
        return Changes(connectors=touched, routes=touched)

    @override
    def remove(self, now: Connector | WholeConnector) -> Changes:
        return ConnectorService(self.restoring).delete(_bare(now).id)

    @override
    def bring_back(self, state: Connector | WholeConnector) -> Changes:
        self.context.need(self.permission)
        whole = state if isinstance(state, WholeConnector) else WholeConnector(state)
        with self.context.database.write() as work:
            if self.present(work, whole) is not None:
                raise is_there_already(whole.connector.name)
            self.foresee_return(work, whole)
            self._put_back(work, whole)
        touched = frozenset((whole.connector.id,))
        return Changes(connectors=touched, routes=touched)

    @override
    def foresee(
        self,
        work: UnitOfWork,
        now: Connector | WholeConnector,
        wanted: Connector | WholeConnector,
    ) -> tuple[str, ...]:
        present, made = _bare(now), _bare(wanted)
        found = super().foresee(work, present, made)
        if not self._is_tested(work, made):
            off = "It is switched off, because" if present.enabled else "It stays off, because"
            found = (*found, f"{off} its connection is then not tested: test it and enable it.")
        if used_secrets(made):
            found = (*found, SECRETS_STAY)
        missing = sorted(used_secrets(made) - used_secrets(present))
        if missing:
            names = ", ".join(field_words(name) for name in missing)
            found = (*found, f"What is no longer stored has to be entered again: {names}.")
        return found

    @override
    def foresee_removal(self, work: UnitOfWork, now: Connector | WholeConnector) -> tuple[str, ...]:
        connector = _bare(now)
        if connector.enabled:
            raise RefusedError(f'"{connector.name}" is enabled.', "Switch it off first.")
        lines = ConnectorService(self.context).dependants(connector.id)
        return (f'The connector "{connector.name}" is deleted with its secrets.', *lines)

    @override
    def foresee_return(
        self, work: UnitOfWork, state: Connector | WholeConnector
    ) -> tuple[str, ...]:
        whole = state if isinstance(state, WholeConnector) else WholeConnector(state)
        connector = usable_connector(work, replace(whole.connector, enabled=False))
        processes = work.directory.process_map()
        for route in whole.routes:
            if route.process_id not in processes:
                raise RefusedError(
                    f'"{connector.name}" cannot come back: the process of its route '
                    f'"{route.name}" is gone.',
                    "Restore the process first.",
                )
        number = len(whole.routes) + len(whole.outgoing)
        routes = "1 route" if number == 1 else f"{number} routes"
        return (
            f'The connector "{connector.name}" comes back with {routes}, switched off.',
            _SECRETS_GONE,
        )

    def _put_back(self, work: UnitOfWork, whole: WholeConnector) -> None:
        connector = whole.connector
        senders = [c for c in work.connectors.all() if c.default_sender]
        work.connectors.change(
            connector.id,
            deleted=False,
            enabled=False,
            name_key=key_of(connector.name),
            default_sender=connector.use_for.sends and not senders,
            tested_fingerprint="",
        )
        for route in whole.routes:
            work.routes.add(route)
        outgoing = tuple(replace(r, enabled=False, tested=False) for r in whole.outgoing)
        for extra in outgoing:
            work.routes.add_outgoing(extra)
        back = replace(whole, connector=replace(connector, enabled=False), outgoing=outgoing)
        self.restoring.note(work, "connector", connector.id, connector.name, "restored", after=back)
        work.facts.next_revision()

    def _check_tested(self, connector: Connector) -> None:
        with self.context.database.read() as work:
            if not self._is_tested(work, connector):
                raise RefusedError(
                    f'"{connector.name}" stays off: its connection was not tested as it is now.',
                    "Test the connection, then enable it.",
                )

    def _is_tested(self, work: UnitOfWork, connector: Connector) -> bool:
        return connector.tested_fingerprint == fingerprint(self.context, work, connector)


class DefaultSenders(Restorable[DefaultSender]):
    """Which connector sends what no other one does (C-09)."""

    permission = Permission.EDIT_CONNECTORS

    @override
    def present(self, work: UnitOfWork, state: DefaultSender) -> DefaultSender | None:
        found = next((c.id for c in work.connectors.all() if c.default_sender), None)
        return None if found is None else DefaultSender(found)

    @override
    def names(self, work: UnitOfWork) -> Mapping[str, Mapping[int, str]]:
        return {"connector_id": {c.id: c.name for c in work.connectors.all()}}

    @override
    def change(self, now: DefaultSender, wanted: DefaultSender) -> Changes:
        changes = ConnectorService(self.restoring).make_default_sender(wanted.connector_id)
        return changes | Changes(connectors=frozenset((now.connector_id,)))

    @override
    def foresee(
        self, work: UnitOfWork, now: DefaultSender, wanted: DefaultSender
    ) -> tuple[str, ...]:
        connector = work.connectors.get(wanted.connector_id)
        if connector is None:
            raise NotFoundError("The former default sender was deleted.", "Choose another one.")
        return (f'"{connector.name}" becomes the default sender.',)


def _bare(state: Connector | WholeConnector) -> Connector:
    return state.connector if isinstance(state, WholeConnector) else state
