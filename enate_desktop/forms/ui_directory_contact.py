# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'directory_contact.ui'
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
from PySide6.QtWidgets import (QApplication, QComboBox, QDialog, QHBoxLayout,
    QLineEdit, QPushButton, QSizePolicy, QSpacerItem,
    QVBoxLayout, QWidget)

class Ui_DirectoryContact(object):
    def setupUi(self, DirectoryContact):
        if not DirectoryContact.objectName():
            DirectoryContact.setObjectName(u"DirectoryContact")
        DirectoryContact.resize(440, 120)
        self.column = QVBoxLayout(DirectoryContact)
        self.column.setSpacing(12)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(16, 16, 16, 16)
        self.address = QLineEdit(DirectoryContact)
        self.address.setObjectName(u"address")

        self.column.addWidget(self.address)

        self.name = QLineEdit(DirectoryContact)
        self.name.setObjectName(u"name")
        self.name.setProperty(u"optional", True)

        self.column.addWidget(self.name)

        self.company = QComboBox(DirectoryContact)
        self.company.setObjectName(u"company")

        self.column.addWidget(self.company)

        self.buttons = QWidget(DirectoryContact)
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


        self.retranslateUi(DirectoryContact)

        self.accept_button.setDefault(True)


        QMetaObject.connectSlotsByName(DirectoryContact)
    # setupUi

    def retranslateUi(self, DirectoryContact):
        DirectoryContact.setWindowTitle(QCoreApplication.translate("DirectoryContact", u"Contact", None))
        self.address.setProperty(u"label", QCoreApplication.translate("DirectoryContact", u"Email address", None))
        self.name.setProperty(u"label", QCoreApplication.translate("DirectoryContact", u"Name", None))
        self.company.setProperty(u"label", QCoreApplication.translate("DirectoryContact", u"Company", None))
        self.company.setProperty(u"hint", QCoreApplication.translate("DirectoryContact", u"A contact's company is stronger than the domain of the address.", None))
        self.cancel.setText(QCoreApplication.translate("DirectoryContact", u"Cancel", None))
        self.accept_button.setText(QCoreApplication.translate("DirectoryContact", u"Save", None))
    # retranslateUi

