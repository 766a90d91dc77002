# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'connector_fallback.ui'
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
from PySide6.QtWidgets import (QApplication, QCheckBox, QComboBox, QHBoxLayout,
    QSizePolicy, QVBoxLayout, QWidget)

class Ui_ConnectorFallback(object):
    def setupUi(self, ConnectorFallback):
        if not ConnectorFallback.objectName():
            ConnectorFallback.setObjectName(u"ConnectorFallback")
        self.column = QVBoxLayout(ConnectorFallback)
        self.column.setSpacing(12)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.process_row = QHBoxLayout()
        self.process_row.setSpacing(12)
        self.process_row.setObjectName(u"process_row")
        self.process_row.setContentsMargins(0, 0, 0, 0)
        self.category = QComboBox(ConnectorFallback)
        self.category.setObjectName(u"category")

        self.process_row.addWidget(self.category)

        self.process_row.setStretch(0, 1)

        self.column.addLayout(self.process_row)

        self.covers = QComboBox(ConnectorFallback)
        self.covers.setObjectName(u"covers")

        self.column.addWidget(self.covers)

        self.send_automated_emails = QCheckBox(ConnectorFallback)
        self.send_automated_emails.setObjectName(u"send_automated_emails")

        self.column.addWidget(self.send_automated_emails)

        self.only_test_mode = QCheckBox(ConnectorFallback)
        self.only_test_mode.setObjectName(u"only_test_mode")

        self.column.addWidget(self.only_test_mode)


        self.retranslateUi(ConnectorFallback)

        QMetaObject.connectSlotsByName(ConnectorFallback)
    # setupUi

    def retranslateUi(self, ConnectorFallback):
        self.category.setProperty(u"label", QCoreApplication.translate("ConnectorFallback", u"Ticket Category", None))
        self.covers.setProperty(u"label", QCoreApplication.translate("ConnectorFallback", u"Fallback covers", None))
        self.send_automated_emails.setText(QCoreApplication.translate("ConnectorFallback", u"Send Automated Emails", None))
        self.only_test_mode.setText(QCoreApplication.translate("ConnectorFallback", u"Only create work in test mode", None))
        pass
    # retranslateUi

