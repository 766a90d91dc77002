"""A mail at the start side, why it went where it went at the end side."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from enate_desktop.services.work_items import MailView as Mail
from enate_desktop.views.explanation_view import ExplanationView
from enate_desktop.views.mail_view import MailView, ReadAttachment
from enate_desktop.views.widgets import label


class MailAndWhy(QSplitter):
    """Both halves of one mail; either can be made wider."""

    def __init__(self, read: ReadAttachment, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.mail = MailView(read)
        self.why = ExplanationView()
        half = QWidget()
        half.setAutoFillBackground(False)
        column = QVBoxLayout(half)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        column.addWidget(label(self.tr("Why"), strong=True))
        column.addWidget(self.why)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidget(half)
        half.setAutoFillBackground(False)
        self._area.viewport().setAutoFillBackground(False)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.addWidget(self.mail)
        self.addWidget(self._area)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(16)
        self.setSizes([600, 600])

    def set_mail(self, mail: Mail, paths: Mapping[int, str]) -> None:
        """Show a mail with every decision about it; ``paths`` names the processes by id."""
        self.mail.set_mail(mail)
        self.why.set_decisions(mail.decisions, paths)
        self._area.verticalScrollBar().setValue(0)
