"""The choice of a ticket category: Tickets only, and of the categories of their process (M-06)."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox

from enate_desktop.domain.directory import Kind, Process
from enate_desktop.domain.errors import InputError
from enate_desktop.item_models.route_text import shown_category


def show_categories(combo: QComboBox, process: Process | None, wanted: str | None) -> None:
    """Offer the categories of a process; a single one is taken, of several one must be chosen.

    ``wanted`` stays chosen, even when the process has lost it.
    """
    names = process.categories if process is not None else ()
    is_case = process is not None and process.kind is Kind.CASE
    combo.clear()
    if is_case:
        combo.addItem(_words("Tickets only"), None)
    elif len(names) != 1:
        combo.addItem(_words("Choose a category") if names else _words("None"), None)
    for name in names:
        combo.addItem(shown_category(name), name)
    if wanted and wanted not in names and not is_case:
        combo.addItem(shown_category(wanted), wanted)
    combo.setCurrentIndex(max(0, combo.findData(wanted) if wanted else 0))


def check_category(process: Process | None, category: str | None) -> None:
    """Raise InputError when a Ticket's category is missing or gone."""
    if process is None or process.kind is not Kind.TICKET or category in process.categories:
        return
    if category or process.categories:
        known = "; ".join(process.categories) or "none"
        raise InputError(
            "Choose a ticket category.", f"{process.label} has: {known}.", field="category"
        )


def _words(text: str) -> str:
    return QCoreApplication.translate("CategoryChoice", text)
