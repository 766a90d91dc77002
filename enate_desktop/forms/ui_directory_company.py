# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'directory_company.ui'
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
    QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout,
    QWidget)

class Ui_DirectoryCompany(object):
    def setupUi(self, DirectoryCompany):
        if not DirectoryCompany.objectName():
            DirectoryCompany.setObjectName(u"DirectoryCompany")
        DirectoryCompany.resize(440, 120)
        self.column = QVBoxLayout(DirectoryCompany)
        self.column.setSpacing(12)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(16, 16, 16, 16)
        self.name = QLineEdit(DirectoryCompany)
        self.name.setObjectName(u"name")

        self.column.addWidget(self.name)

        self.buttons = QWidget(DirectoryCompany)
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


        self.retranslateUi(DirectoryCompany)

        self.accept_button.setDefault(True)


        QMetaObject.connectSlotsByName(DirectoryCompany)
    # setupUi

    def retranslateUi(self, DirectoryCompany):
        DirectoryCompany.setWindowTitle(QCoreApplication.translate("DirectoryCompany", u"Company", None))
        self.name.setProperty(u"label", QCoreApplication.translate("DirectoryCompany", u"Company name", None))
        self.cancel.setText(QCoreApplication.translate("DirectoryCompany", u"Cancel", None))
        self.accept_button.setText(QCoreApplication.translate("DirectoryCompany", u"Save", None))
    # retranslateUi

