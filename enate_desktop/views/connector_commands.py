"""Changes to connectors as a page makes them: each can be undone (X-08)."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from enate_desktop.domain.connectors import Connector, StartFrom
from enate_desktop.services.changes import Changes
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.services.vault import SecretChanges
from enate_desktop.views.restore_command import UndoableWork


class ConnectorCommands:
    """Every method raises EnateError when it is refused; ``work`` tells what was done."""

    def __init__(self, service: ConnectorService, work: UndoableWork) -> None:
        """Change connectors through ``service``."""
        self._service = service
        self._work = work

    def save(
        self, connector: Connector, secrets: SecretChanges, test: ConnectionTest | None
    ) -> Connector:
        """Add or replace a connector; returns it as stored."""
        text = _tr("Saved “{name}”.") if connector.id else _tr("Added “{name}”.")
        return self._work.run(
            text.format(name=" ".join(connector.name.split())),
            lambda: self._service.save(connector, secrets, test),
        )

    def enable(
        self, connector: Connector, test: ConnectionTest, start: StartFrom | None
    ) -> Connector:
        """Switch on after ``test``; ``start`` is a choice about mail that is already there."""

        def act() -> Connector:
            if start is not None and start != connector.start_from:
                self._service.save(replace(connector, start_from=start))
            return self._service.enable(connector.id, test)

        return self._work.run(_tr("Switched on “{name}”.").format(name=connector.name), act)

    def disable(self, connector: Connector) -> Connector:
        """Switch off."""
        text = _tr("Switched off “{name}”.").format(name=connector.name)
        return self._work.run(text, lambda: self._service.disable(connector.id))

    def delete(self, connector: Connector) -> Changes:
        """Remove a connector with its routes and its secrets."""
        text = _tr("Deleted “{name}”.").format(name=connector.name)
        return self._work.run(text, lambda: self._service.delete(connector.id))

    def make_default_sender(self, connector: Connector) -> Changes:
        """Make it the one default sender."""
        text = _tr("“{name}” is the default sender now.").format(name=connector.name)
        return self._work.run(text, lambda: self._service.make_default_sender(connector.id))


def _tr(text: str) -> str:
    return QCoreApplication.translate("ConnectorCommands", text)
