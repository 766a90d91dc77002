"""Asking for the file that the activity is exported to."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where_to_export(parent: QWidget, chosen: Callable[[Path], object]) -> QFileDialog:
    """Open the dialog; ``chosen`` gets the path."""
    dialog = QFileDialog(parent, parent.tr("Export the activity"), "activity.csv")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(parent.tr("Comma-separated values (*.csv)"))
    dialog.setDefaultSuffix("csv")
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
