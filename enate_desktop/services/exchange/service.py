"""Import and export of the configuration: previewed as a diff, all or nothing (SPEC 11)."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from enate_desktop.domain.errors import InputError, RefusedError
from enate_desktop.domain.history import HistoryEntry
from enate_desktop.domain.people import Permission
from enate_desktop.services.context import Context
from enate_desktop.services.exchange.acknowledgements import import_acknowledgements
from enate_desktop.services.exchange.connectors import import_connectors
from enate_desktop.services.exchange.directory import import_directory
from enate_desktop.services.exchange.export import FORMAT, export_document
from enate_desktop.services.exchange.reader import Section, unusable
from enate_desktop.services.exchange.servers import SECRET_KEYS
from enate_desktop.storage.unit_of_work import UnitOfWork

_MOST_BYTES = 64 << 20
_NEEDED = (
    Permission.EDIT_DIRECTORY,
    Permission.EDIT_CONNECTORS,
    Permission.EDIT_ROUTES,
    Permission.REORDER_ROUTES,
)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import changes, as history tells it, and what the person should know besides."""

    changes: tuple[HistoryEntry, ...]
    notes: tuple[str, ...]
    applied: bool


class _PreviewEnd(Exception):  # noqa: N818  # no error: it ends a dry run
    """Leaves the transaction so that nothing of a dry run stays."""


class ExchangeService:
    """The configuration as a file."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def export(self) -> dict[str, Any]:
        """The whole configuration without secrets."""
        with self._context.database.read() as work:
            return export_document(work)

    def import_(
        self, document: Mapping[str, Any], folder: Path, *, dry_run: bool = False
    ) -> ImportReport:
        """Bring the stored configuration to what ``document`` says; what it omits stays.

        The routes of a connector that is named are replaced by the list given, in its order. Paths
        are relative to ``folder``. Raises InputError or RefusedError; nothing is changed then.
        """
        self._need_everything()
        if dry_run:
            return self.preview(document, folder, lambda _work, report: report)
        if _names_secrets(document):
            self._context.vault.prepare()
        with _refusals_as_input_errors(), self._context.database.write() as work:
            return self._import(work, document, folder, dry_run=False)

    def preview(
        self,
        document: Mapping[str, Any],
        folder: Path,
        look: Callable[[UnitOfWork, ImportReport], T],
    ) -> T:
        """What ``look`` sees of the configuration as ``document`` would make it; nothing stays.

        Secrets are not kept. What one may not import one may not preview either: it reads files and
        needs the data file for itself. Raises InputError for an unusable document.
        """
        self._need_everything()
        seen: list[T] = []
        with (
            suppress(_PreviewEnd),
            _refusals_as_input_errors(),
            self._context.database.write() as work,
        ):
            report = self._import(work, document, folder, dry_run=True)
            seen.append(look(work, report))
            raise _PreviewEnd
        return seen[0]

    def _need_everything(self) -> None:
        for permission in _NEEDED:
            self._context.need(permission)

    def _import(
        self, work: UnitOfWork, document: Mapping[str, Any], folder: Path, *, dry_run: bool
    ) -> ImportReport:
        before = work.history.newest_id()
        top = Section(document, "The configuration")
        if top.value("format", None) != FORMAT:
            raise unusable(top.where, f'does not say "format": "{FORMAT}".')
        import_directory(self._context, work, top)
        import_acknowledgements(self._context, work, top)
        notes = import_connectors(self._context, work, top, folder, dry_run=dry_run)
        top.done()
        return ImportReport(work.history.after(before), tuple(notes), applied=not dry_run)


@contextmanager
def _refusals_as_input_errors() -> Iterator[None]:
    """What a rule refuses makes the file unusable."""
    try:
        yield
    except RefusedError as error:
        raise InputError(error.title, f"Nothing was imported. {error.message}") from None


def read_document(path: Path | None, given: bytes = b"") -> Mapping[str, Any]:
    """The JSON document in a file, or in ``given``, when that is standard input."""
    name = path.name if path else "Standard input"
    try:
        if path is not None:
            with path.open("rb") as file:
                given = file.read(_MOST_BYTES + 1)
            if len(given) > _MOST_BYTES:
                raise InputError(f"{name} is larger than 64 MB.", "It is no configuration file.")
        document = json.loads(given.decode("utf-8-sig"))
    except OSError as error:
        raise InputError(
            f"{name} cannot be read ({error.strerror or error}).", "Nothing was imported."
        ) from None
    except (ValueError, RecursionError) as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(
            f"{name} is not a JSON document{place}.",
            "Nothing was imported. Correct the file and try again.",
        ) from None
    if not isinstance(document, Mapping):
        raise InputError(
            f"{name} does not hold a configuration.",
            f'Nothing was imported. It begins with {{"format": "{FORMAT}"}}.',
        )
    return document


def _names_secrets(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(
            (key in SECRET_KEYS and _given(item)) or _names_secrets(item)
            for key, item in value.items()
        )
    return isinstance(value, list) and any(_names_secrets(item) for item in value)


def _given(item: object) -> bool:
    return isinstance(item, Mapping) and ("env" in item or "file" in item)
