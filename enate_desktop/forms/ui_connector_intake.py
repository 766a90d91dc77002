# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'connector_intake.ui'
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
from PySide6.QtWidgets import (QApplication, QComboBox, QHBoxLayout, QSizePolicy,
    QVBoxLayout, QWidget)

class Ui_ConnectorIntake(object):
    def setupUi(self, ConnectorIntake):
        if not ConnectorIntake.objectName():
            ConnectorIntake.setObjectName(u"ConnectorIntake")
        self.column = QVBoxLayout(ConnectorIntake)
        self.column.setSpacing(12)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.action_row = QHBoxLayout()
        self.action_row.setSpacing(12)
        self.action_row.setObjectName(u"action_row")
        self.action_row.setContentsMargins(0, 0, 0, 0)
        self.action = QComboBox(ConnectorIntake)
        self.action.setObjectName(u"action")

        self.action_row.addWidget(self.action)

        self.action_row.setStretch(0, 1)

        self.column.addLayout(self.action_row)


        self.retranslateUi(ConnectorIntake)

        QMetaObject.connectSlotsByName(ConnectorIntake)
    # setupUi

    def retranslateUi(self, ConnectorIntake):
        self.action.setProperty(u"label", QCoreApplication.translate("ConnectorIntake", u"After a mail was taken in", None))
        pass
    # retranslateUi

