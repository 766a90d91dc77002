"""Process names and paths as the routes pages show and search them."""

from collections.abc import Iterable
from dataclasses import dataclass

from enate_desktop.domain.directory import Process

SHOWN_SEPARATOR = " \u203a "
"""Between the names of a path in the window."""


@dataclass(frozen=True, slots=True)
class ProcessText:
    """One process: ``label`` is ``New starter (Case)``, ``path`` what stands above it."""

    label: str
    path: str
    retired: bool
    starts: tuple[str, ...]
    """Casefolded texts a search may start: the shown text and every part of the path (G-03)."""
    spoken: str

    @property
    def shown(self) -> str:
        """Label, two spaces, path: what the column *Creates* says."""
        return f"{self.label}  {self.path}" if self.path else self.label


UNKNOWN = ProcessText("Unknown process", "", True, ("unknown process",), "an unknown process")


class ProcessBook:
    """Every process by id, retired ones included; an unknown id has a text too."""

    def __init__(self, processes: Iterable[Process] = ()) -> None:
        self._processes = {process.id: process for process in processes}
        self._texts = {process.id: _text(process) for process in self._processes.values()}

    def of(self, process_id: int) -> ProcessText:
        """The texts of a process."""
        return self._texts.get(process_id, UNKNOWN)

    def process(self, process_id: int) -> Process | None:
        """The process itself."""
        return self._processes.get(process_id)

    @property
    def processes(self) -> tuple[Process, ...]:
        """All of them, as given."""
        return tuple(self._processes.values())


def _text(process: Process) -> ProcessText:
    above = (process.customer, process.contract, process.service)
    starts = (
        process.label,
        *process.parts,
        process.path,
    )
    return ProcessText(
        label=process.label,
        path=SHOWN_SEPARATOR.join(above),
        retired=process.retired,
        starts=tuple(dict.fromkeys(start.casefold() for start in starts)),
        spoken=", ".join((process.name, process.kind.capitalize(), *above)),
    )
