# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'connector_server.ui'
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
    QLineEdit, QPushButton, QSizePolicy, QSpacerItem,
    QVBoxLayout, QWidget)

class Ui_ConnectorServer(object):
    def setupUi(self, ConnectorServer):
        if not ConnectorServer.objectName():
            ConnectorServer.setObjectName(u"ConnectorServer")
        self.column = QVBoxLayout(ConnectorServer)
        self.column.setSpacing(12)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.service = QComboBox(ConnectorServer)
        self.service.setObjectName(u"service")

        self.column.addWidget(self.service)

        self.server = QWidget(ConnectorServer)
        self.server.setObjectName(u"server")
        self.server_row = QHBoxLayout(self.server)
        self.server_row.setSpacing(12)
        self.server_row.setObjectName(u"server_row")
        self.server_row.setContentsMargins(0, 0, 0, 0)
        self.host = QLineEdit(self.server)
        self.host.setObjectName(u"host")

        self.server_row.addWidget(self.host)

        self.port = QLineEdit(self.server)
        self.port.setObjectName(u"port")
        self.port.setMaxLength(5)
        self.port.setInputMethodHints(Qt.ImhDigitsOnly)

        self.server_row.addWidget(self.port)

        self.security = QComboBox(self.server)
        self.security.setObjectName(u"security")

        self.server_row.addWidget(self.security)

        self.server_row.setStretch(0, 3)
        self.server_row.setStretch(1, 1)
        self.server_row.setStretch(2, 2)

        self.column.addWidget(self.server)

        self.authority = QWidget(ConnectorServer)
        self.authority.setObjectName(u"authority")
        self.authority_row = QHBoxLayout(self.authority)
        self.authority_row.setSpacing(8)
        self.authority_row.setObjectName(u"authority_row")
        self.authority_row.setContentsMargins(0, 0, 0, 0)
        self.authority_choose = QPushButton(self.authority)
        self.authority_choose.setObjectName(u"authority_choose")

        self.authority_row.addWidget(self.authority_choose)

        self.authority_remove = QPushButton(self.authority)
        self.authority_remove.setObjectName(u"authority_remove")

        self.authority_row.addWidget(self.authority_remove)

        self.authority_space = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.authority_row.addItem(self.authority_space)


        self.column.addWidget(self.authority)

        self.additional = QWidget(ConnectorServer)
        self.additional.setObjectName(u"additional")
        self.additional_column = QVBoxLayout(self.additional)
        self.additional_column.setSpacing(8)
        self.additional_column.setObjectName(u"additional_column")
        self.additional_column.setContentsMargins(0, 0, 0, 0)
        self.additional_use = QCheckBox(self.additional)
        self.additional_use.setObjectName(u"additional_use")

        self.additional_column.addWidget(self.additional_use)


        self.column.addWidget(self.additional)


        self.retranslateUi(ConnectorServer)

        QMetaObject.connectSlotsByName(ConnectorServer)
    # setupUi

    def retranslateUi(self, ConnectorServer):
        self.service.setProperty(u"label", QCoreApplication.translate("ConnectorServer", u"Email Service", None))
        self.host.setProperty(u"label", QCoreApplication.translate("ConnectorServer", u"Server", None))
        self.port.setProperty(u"label", QCoreApplication.translate("ConnectorServer", u"Port", None))
        self.security.setProperty(u"label", QCoreApplication.translate("ConnectorServer", u"Security", None))
        self.authority_choose.setText(QCoreApplication.translate("ConnectorServer", u"Add a private CA\u2026", None))
        self.authority_remove.setText(QCoreApplication.translate("ConnectorServer", u"Remove", None))
        self.additional_use.setText(QCoreApplication.translate("ConnectorServer", u"Can access additional mailbox", None))
        pass
    # retranslateUi

