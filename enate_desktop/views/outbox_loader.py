"""Reads the outbox off the GUI thread, one reading at a time; the latest wish wins."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.outbox import Delivery, DeliveryState
from enate_desktop.item_models.delivery_table import DeliveryWish, ReadDeliveries
from enate_desktop.item_models.paged_table import PAGE_SIZE
from enate_desktop.worker.tasks import run_in_background


@dataclass(frozen=True, slots=True)
class OutboxLook:
    """The outbox as it was read: ``pages`` are offsets with the deliveries from there."""

    wish: DeliveryWish
    counts: Counter[DeliveryState]
    total: int
    pages: tuple[tuple[int, Sequence[Delivery]], ...]


class OutboxLoader(QObject):
    """``loaded`` carries an OutboxLook, ``failed`` an EnateError."""

    loaded = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        counts: Callable[[], Counter[DeliveryState]],
        read: ReadDeliveries,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._counts = counts
        self._read = read
        self._busy = False
        self._next: tuple[DeliveryWish, int] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being read."""
        return self._busy

    def look(self, wish: DeliveryWish, seen: int) -> None:
        """Read the newest that fit ``wish``, and those around row ``seen`` where it is farther."""
        if self._busy:
            self._next = (wish, seen)
            return
        self._busy = True
        run_in_background(self, lambda: self._gather(wish, seen), self._on_read, self._on_failed)

    def _gather(self, wish: DeliveryWish, seen: int) -> OutboxLook:
        counts = self._counts()
        rows, total = self._read(wish, 0, PAGE_SIZE)
        if total is None:
            total = counts.total() if wish.state is None else counts[wish.state]
        pages = [(0, rows)]
        around = seen - PAGE_SIZE // 2
        if around > 0:
            pages.append((around, self._read(wish, around, PAGE_SIZE)[0]))
        return OutboxLook(wish, counts, total, tuple(pages))

    def _on_read(self, look: OutboxLook) -> None:
        self._busy = False
        if self._next is None or self._next[0] == look.wish:
            self.loaded.emit(look)
        self._go_on()

    def _on_failed(self, error: Exception) -> None:
        self._busy = False
        self._go_on()
        if not isinstance(error, EnateError):
            raise error
        self.failed.emit(error)

    def _go_on(self) -> None:
        wanted, self._next = self._next, None
        if wanted is not None:
            self.look(*wanted)
