# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'directory_entry.ui'
##
## Created by: Qt User Interface Compiler
##
## WARNING! All changes made in this file will be lost when recompiling UI file!
################################################################################

from PySide6.QtCore import (QCoreApplication, QDate, QDateTime, QLocale,
    QMetaObject, QObject, QPoint, QRect,
    QSize, QTime, QUrl, Qt)
from PySide6.QtGui import (QBrush, QColor, QConicalGradient, QCursor,
    QFont, QFontDatabase, QGradient, QIcon,
    QImage, QKeySequence, QLinearGradient, QPainter,
    QPalette, QPixmap, QRadialGradient, QTransform)
from PySide6.QtWidgets import (QApplication, QDialog, QHBoxLayout, QLineEdit,
    QPushButton, QRadioButton, QSizePolicy, QSpacerItem,
    QVBoxLayout, QWidget)

class Ui_DirectoryEntry(object):
    def setupUi(self, DirectoryEntry):
        if not DirectoryEntry.objectName():
            DirectoryEntry.setObjectName(u"DirectoryEntry")
        DirectoryEntry.resize(440, 120)
        self.column = QVBoxLayout(DirectoryEntry)
        self.column.setSpacing(12)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(16, 16, 16, 16)
        self.name = QLineEdit(DirectoryEntry)
        self.name.setObjectName(u"name")

        self.column.addWidget(self.name)

        self.kind = QWidget(DirectoryEntry)
        self.kind.setObjectName(u"kind")
        self.kind_row = QHBoxLayout(self.kind)
        self.kind_row.setSpacing(16)
        self.kind_row.setObjectName(u"kind_row")
        self.kind_row.setContentsMargins(0, 0, 0, 0)
        self.ticket = QRadioButton(self.kind)
        self.ticket.setObjectName(u"ticket")
        self.ticket.setChecked(True)

        self.kind_row.addWidget(self.ticket)

        self.case_kind = QRadioButton(self.kind)
        self.case_kind.setObjectName(u"case_kind")

        self.kind_row.addWidget(self.case_kind)

        self.kind_space = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.kind_row.addItem(self.kind_space)


        self.column.addWidget(self.kind)

        self.buttons = QWidget(DirectoryEntry)
        self.buttons.setObjectName(u"buttons")
        self.button_row = QHBoxLayout(self.buttons)
        self.button_row.setSpacing(8)
        self.button_row.setObjectName(u"button_row")
        self.button_row.setContentsMargins(0, 0, 0, 0)
        self.button_space = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.button_row.addItem(self.button_space)

        self.cancel = QPushButton(self.buttons)
        self.cancel.setObjectName(u"cancel")

        self.button_row.addWidget(self.cancel)

        self.accept_button = QPushButton(self.buttons)
        self.accept_button.setObjectName(u"accept_button")

        self.button_row.addWidget(self.accept_button)


        self.column.addWidget(self.buttons)


        self.retranslateUi(DirectoryEntry)

        self.accept_button.setDefault(True)


        QMetaObject.connectSlotsByName(DirectoryEntry)
    # setupUi

    def retranslateUi(self, DirectoryEntry):
        DirectoryEntry.setWindowTitle(QCoreApplication.translate("DirectoryEntry", u"Add", None))
        self.name.setProperty(u"label", QCoreApplication.translate("DirectoryEntry", u"Name", None))
        self.kind.setProperty(u"label", QCoreApplication.translate("DirectoryEntry", u"Creates", None))
        self.ticket.setText(QCoreApplication.translate("DirectoryEntry", u"Ticket", None))
        self.case_kind.setText(QCoreApplication.translate("DirectoryEntry", u"Case", None))
        self.cancel.setText(QCoreApplication.translate("DirectoryEntry", u"Cancel", None))
        self.accept_button.setText(QCoreApplication.translate("DirectoryEntry", u"Save", None))
    # retranslateUi

