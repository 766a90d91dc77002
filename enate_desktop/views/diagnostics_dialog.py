"""The text for support before it is copied: seen first, without names unless they are wanted."""

import locale
from collections.abc import Callable

from PySide6.QtCore import QLocale, QSysInfo
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.errors import EnateError
from enate_desktop.services.monitor import MonitorService
from enate_desktop.views.accessibility import describe
from enate_desktop.views.errors import versions
from enate_desktop.views.widgets import button, label
from enate_desktop.worker.tasks import run_in_background

Diagnose = Callable[[bool], str]


class DiagnosticsDialog(QDialog):
    """Open it with ``open()``; ``worker`` is the worker in words."""

    def __init__(self, diagnose: Diagnose, worker: str, parent: QWidget) -> None:
        """``diagnose`` tells of the data; its argument is whether addresses are wanted."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Copy diagnostics"))
        self.resize(720, 520)
        self._diagnose = diagnose
        self._worker = worker
        self.view = QPlainTextEdit()
        self.view.setReadOnly(True)
        self.view.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        describe(self.view, self.tr("Diagnostics"))
        self.addresses = QCheckBox(self.tr("With addresses, servers and user names"))
        self.copy_button = button(
            self.tr("Copy"), self._copy, icon_name="clipboard-copy", primary=True
        )
        self._build()
        self.addresses.toggled.connect(lambda _on: self._read())
        self._read()

    @property
    def text(self) -> str:
        """What is shown."""
        return self.view.toPlainText()

    def _build(self) -> None:
        words = self.tr("This is what is copied. It holds no passwords and no mail.")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.addresses)
        foot.addStretch(1)
        foot.addWidget(button(self.tr("Cancel"), self.reject))
        foot.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(label(words, wrap=True))
        column.addWidget(self.view, 1)
        column.addLayout(foot)

    def _read(self) -> None:
        self.copy_button.setEnabled(False)
        wanted = self.addresses.isChecked()
        run_in_background(self, lambda: self._diagnose(wanted), self._show, self._show_without)

    def _show(self, data: str) -> None:
        self.view.setPlainText("\n\n".join((surroundings(), self._worker, data)))
        self.copy_button.setEnabled(True)

    def _show_without(self, error: Exception) -> None:
        if not isinstance(error, EnateError):
            raise error
        self._show(error.sentence())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
        self.accept()


def copy_diagnostics(monitor: MonitorService, worker: str, parent: QWidget) -> DiagnosticsDialog:
    """Open the dialog about the data that ``monitor`` reads."""
    dialog = DiagnosticsDialog(monitor.diagnostics, worker, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def _style() -> str:
    style = QApplication.style()
    return style.name() or style.metaObject().className()


def surroundings() -> str:
    """Versions, system, style, platform, scale factors and locale, one line each."""
    screens = QGuiApplication.screens()
    scales = ", ".join(
        f"{screen.size().width()}×{screen.size().height()} at {screen.devicePixelRatio():g}"
        for screen in screens
    )
    return "\n".join(
        (
            versions(),
            f"System: {QSysInfo.prettyProductName()}",
            f"Style: {_style()}, platform: {QGuiApplication.platformName()}",
            f"Screens: {scales}",
            f"Locale: {QLocale().name()}, {locale.getpreferredencoding(False)}",
        )
    )
