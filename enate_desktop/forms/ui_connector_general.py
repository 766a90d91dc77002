# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'connector_general.ui'
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
from PySide6.QtWidgets import (QApplication, QHBoxLayout, QLineEdit, QRadioButton,
    QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

class Ui_ConnectorGeneral(object):
    def setupUi(self, ConnectorGeneral):
        if not ConnectorGeneral.objectName():
            ConnectorGeneral.setObjectName(u"ConnectorGeneral")
        self.column = QVBoxLayout(ConnectorGeneral)
        self.column.setSpacing(12)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.name_row = QHBoxLayout()
        self.name_row.setSpacing(12)
        self.name_row.setObjectName(u"name_row")
        self.name_row.setContentsMargins(0, 0, 0, 0)
        self.name = QLineEdit(ConnectorGeneral)
        self.name.setObjectName(u"name")

        self.name_row.addWidget(self.name)

        self.primary_address = QLineEdit(ConnectorGeneral)
        self.primary_address.setObjectName(u"primary_address")

        self.name_row.addWidget(self.primary_address)

        self.name_row.setStretch(0, 1)
        self.name_row.setStretch(1, 1)

        self.column.addLayout(self.name_row)

        self.use_for = QWidget(ConnectorGeneral)
        self.use_for.setObjectName(u"use_for")
        self.use_for_row = QHBoxLayout(self.use_for)
        self.use_for_row.setSpacing(16)
        self.use_for_row.setObjectName(u"use_for_row")
        self.use_for_row.setContentsMargins(0, 0, 0, 0)
        self.incoming = QRadioButton(self.use_for)
        self.incoming.setObjectName(u"incoming")
        self.incoming.setChecked(True)

        self.use_for_row.addWidget(self.incoming)

        self.outgoing = QRadioButton(self.use_for)
        self.outgoing.setObjectName(u"outgoing")

        self.use_for_row.addWidget(self.outgoing)

        self.both = QRadioButton(self.use_for)
        self.both.setObjectName(u"both")

        self.use_for_row.addWidget(self.both)

        self.use_for_space = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.use_for_row.addItem(self.use_for_space)


        self.column.addWidget(self.use_for)


        self.retranslateUi(ConnectorGeneral)

        QMetaObject.connectSlotsByName(ConnectorGeneral)
    # setupUi

    def retranslateUi(self, ConnectorGeneral):
        self.name.setProperty(u"label", QCoreApplication.translate("ConnectorGeneral", u"Email Connector Name", None))
        self.primary_address.setProperty(u"label", QCoreApplication.translate("ConnectorGeneral", u"Primary Email Address", None))
        self.use_for.setProperty(u"label", QCoreApplication.translate("ConnectorGeneral", u"Use for", None))
        self.incoming.setText(QCoreApplication.translate("ConnectorGeneral", u"Incoming", None))
        self.outgoing.setText(QCoreApplication.translate("ConnectorGeneral", u"Outgoing", None))
        self.both.setText(QCoreApplication.translate("ConnectorGeneral", u"Both", None))
        pass
    # retranslateUi

