# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'outgoing_route_editor.ui'
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
from PySide6.QtWidgets import (QApplication, QComboBox, QLineEdit, QSizePolicy,
    QVBoxLayout, QWidget)

class Ui_OutgoingRouteEditor(object):
    def setupUi(self, OutgoingRouteEditor):
        if not OutgoingRouteEditor.objectName():
            OutgoingRouteEditor.setObjectName(u"OutgoingRouteEditor")
        self.column = QVBoxLayout(OutgoingRouteEditor)
        self.column.setSpacing(12)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.connector = QComboBox(OutgoingRouteEditor)
        self.connector.setObjectName(u"connector")

        self.column.addWidget(self.connector)

        self.name = QLineEdit(OutgoingRouteEditor)
        self.name.setObjectName(u"name")

        self.column.addWidget(self.name)

        self.description = QLineEdit(OutgoingRouteEditor)
        self.description.setObjectName(u"description")
        self.description.setProperty(u"optional", True)

        self.column.addWidget(self.description)

        self.address = QLineEdit(OutgoingRouteEditor)
        self.address.setObjectName(u"address")

        self.column.addWidget(self.address)


        self.retranslateUi(OutgoingRouteEditor)

        QMetaObject.connectSlotsByName(OutgoingRouteEditor)
    # setupUi

    def retranslateUi(self, OutgoingRouteEditor):
        self.connector.setProperty(u"label", QCoreApplication.translate("OutgoingRouteEditor", u"Email Connector Name", None))
        self.name.setProperty(u"label", QCoreApplication.translate("OutgoingRouteEditor", u"Route Name", None))
        self.description.setProperty(u"label", QCoreApplication.translate("OutgoingRouteEditor", u"Description", None))
        self.address.setProperty(u"label", QCoreApplication.translate("OutgoingRouteEditor", u"Email Address", None))
        self.address.setProperty(u"hint", QCoreApplication.translate("OutgoingRouteEditor", u"An alias of the connector, to send from.", None))
        self.address.setPlaceholderText(QCoreApplication.translate("OutgoingRouteEditor", u"payroll@acme.com", None))
        pass
    # retranslateUi

