"""Before something is retired: the routes that create work for it, and what becomes of them (R-09)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.directory import Process
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.routes import Route
from enate_desktop.services.changes import Changes
from enate_desktop.views.category_choice import CategoryChoice
from enate_desktop.views.process_picker import ProcessPicker
from enate_desktop.views.widgets import SectionLabel, button, label
from enate_desktop.wiring import Services
