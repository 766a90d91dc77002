# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'connector_sign_in.ui'
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
from PySide6.QtWidgets import (QApplication, QComboBox, QHBoxLayout, QLineEdit,
    QSizePolicy, QStackedWidget, QVBoxLayout, QWidget)

class Ui_ConnectorSignIn(object):
    def setupUi(self, ConnectorSignIn):
        if not ConnectorSignIn.objectName():
            ConnectorSignIn.setObjectName(u"ConnectorSignIn")
        self.column = QVBoxLayout(ConnectorSignIn)
        self.column.setSpacing(12)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.method_place = QVBoxLayout()
        self.method_place.setObjectName(u"method_place")
        self.method = QComboBox(ConnectorSignIn)
        self.method.setObjectName(u"method")

        self.method_place.addWidget(self.method)


        self.column.addLayout(self.method_place)

        self.user = QWidget(ConnectorSignIn)
        self.user.setObjectName(u"user")
        self.user_row = QHBoxLayout(self.user)
        self.user_row.setSpacing(12)
        self.user_row.setObjectName(u"user_row")
        self.user_row.setContentsMargins(0, 0, 0, 0)
        self.username = QLineEdit(self.user)
        self.username.setObjectName(u"username")

        self.user_row.addWidget(self.username)

        self.beside = QStackedWidget(self.user)
        self.beside.setObjectName(u"beside")

        self.user_row.addWidget(self.beside)

        self.user_row.setStretch(0, 1)
        self.user_row.setStretch(1, 1)

        self.column.addWidget(self.user)

        self.below = QVBoxLayout()
        self.below.setObjectName(u"below")

        self.column.addLayout(self.below)


        self.retranslateUi(ConnectorSignIn)

        QMetaObject.connectSlotsByName(ConnectorSignIn)
    # setupUi

    def retranslateUi(self, ConnectorSignIn):
        self.username.setProperty(u"label", QCoreApplication.translate("ConnectorSignIn", u"Username", None))
        pass
    # retranslateUi

