"""A mail at the start side, why it went where it went at the end side."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from enate_desktop.services.work_items import MailView as Mail
from enate_desktop.views.explanation_view import ExplanationView
from enate_desktop.views.hindsight_view import HindsightView
from enate_desktop.views.mail_view import MailView, ReadAttachment
from enate_desktop.views.widgets import label


class MailAndWhy(QSplitter):
    """Both halves of one mail; either can be made wider."""

    def __init__(self, read: ReadAttachment, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.mail = MailView(read)
        self.why = ExplanationView()
        self.former = ExplanationView()
        self._former_title = label(self.tr("Before it was routed again"), strong=True)
        self.now = HindsightView()
        half = QWidget()
        half.setAutoFillBackground(False)
        column = QVBoxLayout(half)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        column.addWidget(label(self.tr("Why"), strong=True))
        column.addWidget(self.why)
        column.addWidget(self._former_title)
        column.addWidget(self.former)
        column.addWidget(self.now)
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
        self.former.set_decisions(mail.former, paths)
        for part in (self._former_title, self.former):
            part.setVisible(bool(mail.former))
        self.now.clear()
        self._area.verticalScrollBar().setValue(0)
