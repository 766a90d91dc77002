"""The stack of pages: each is made at its first visit and kept, with its place and selection."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from enate_desktop.views.page import Page


@dataclass(frozen=True, slots=True)
class PageSpec:
    """How to name, draw and make one page; ``starts_group`` sets it apart in the rail.

    ``keys`` is a shortcut besides Ctrl+1 … Ctrl+9 (``"Ctrl+,"`` for settings).
    """

    key: str
    title: str
    icon_name: str
    factory: Callable[[], Page]
    starts_group: bool = False
    keys: str = ""


class PageArea(QStackedWidget):
    """Makes pages on demand and passes on what they ask for.

    ``page_made`` carries the key and the page; ``badge_changed`` a key and a count.
    """

    page_made = Signal(str, object)
    badge_changed = Signal(str, int)
    toast_requested = Signal(object)
    page_requested = Signal(str, object)

    def __init__(self, specs: Sequence[PageSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._specs = {spec.key: spec for spec in specs}
        self._pages: dict[str, Page] = {}
        self._current = ""

    @property
    def specs(self) -> Mapping[str, PageSpec]:
        """Every page there is, by key, in order."""
        return self._specs

    @property
    def current_key(self) -> str:
        """The key of the page shown, or empty before the first."""
        return self._current

    @property
    def pages(self) -> Mapping[str, Page]:
        """The pages made so far, by key."""
        return self._pages

    def current_page(self) -> Page | None:
        """The page shown."""
        return self._pages.get(self._current)

    def open_page(self, key: str) -> Page:
        """Bring a page to the front, made now if need be; KeyError for an unknown key."""
        page = self._pages.get(key) or self._make(key)
        self._current = key
        self.setCurrentWidget(page)
        page.shown()
        return page

    def rebuild(self, key: str) -> None:
        """Throw a page away and make it anew, after it has gone wrong."""
        old = self._pages.pop(key, None)
        if old is not None:
            self.removeWidget(old)
            old.deleteLater()
        self.open_page(key)

    def _make(self, key: str) -> Page:
        page = self._specs[key].factory()
        self._pages[key] = page
        self.addWidget(page)
        page.badge_changed.connect(lambda count: self.badge_changed.emit(key, count))
        page.toast_requested.connect(self.toast_requested)
        page.page_requested.connect(self.page_requested)
        self.page_made.emit(key, page)
        return page
