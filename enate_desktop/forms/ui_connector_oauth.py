# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'connector_oauth.ui'
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
from PySide6.QtWidgets import (QApplication, QComboBox, QHBoxLayout, QLabel,
    QLineEdit, QRadioButton, QSizePolicy, QSpacerItem,
    QToolButton, QVBoxLayout, QWidget)

class Ui_ConnectorOAuth(object):
    def setupUi(self, ConnectorOAuth):
        if not ConnectorOAuth.objectName():
            ConnectorOAuth.setObjectName(u"ConnectorOAuth")
        self.column = QVBoxLayout(ConnectorOAuth)
        self.column.setSpacing(12)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.flow = QComboBox(ConnectorOAuth)
        self.flow.setObjectName(u"flow")

        self.column.addWidget(self.flow)

        self.issuer = QLineEdit(ConnectorOAuth)
        self.issuer.setObjectName(u"issuer")
        self.issuer.setPlaceholderText(u"https://login.acme.com")

        self.column.addWidget(self.issuer)

        self.application = QWidget(ConnectorOAuth)
        self.application.setObjectName(u"application")
        self.application_row = QHBoxLayout(self.application)
        self.application_row.setSpacing(12)
        self.application_row.setObjectName(u"application_row")
        self.application_row.setContentsMargins(0, 0, 0, 0)
        self.client_id = QLineEdit(self.application)
        self.client_id.setObjectName(u"client_id")

        self.application_row.addWidget(self.client_id)

        self.tenant = QLineEdit(self.application)
        self.tenant.setObjectName(u"tenant")
        self.tenant.setPlaceholderText(u"acme.onmicrosoft.com")

        self.application_row.addWidget(self.tenant)

        self.application_row.setStretch(0, 1)
        self.application_row.setStretch(1, 1)

        self.column.addWidget(self.application)

        self.proof = QWidget(ConnectorOAuth)
        self.proof.setObjectName(u"proof")
        self.proof_row = QHBoxLayout(self.proof)
        self.proof_row.setSpacing(16)
        self.proof_row.setObjectName(u"proof_row")
        self.proof_row.setContentsMargins(0, 0, 0, 0)
        self.proof_words = QLabel(self.proof)
        self.proof_words.setObjectName(u"proof_words")

        self.proof_row.addWidget(self.proof_words)

        self.by_secret = QRadioButton(self.proof)
        self.by_secret.setObjectName(u"by_secret")
        self.by_secret.setChecked(True)

        self.proof_row.addWidget(self.by_secret)

        self.by_certificate = QRadioButton(self.proof)
        self.by_certificate.setObjectName(u"by_certificate")

        self.proof_row.addWidget(self.by_certificate)

        self.proof_space = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.proof_row.addItem(self.proof_space)


        self.column.addWidget(self.proof)

        self.proof_place = QVBoxLayout()
        self.proof_place.setSpacing(12)
        self.proof_place.setObjectName(u"proof_place")

        self.column.addLayout(self.proof_place)

        self.status_place = QVBoxLayout()
        self.status_place.setSpacing(12)
        self.status_place.setObjectName(u"status_place")

        self.column.addLayout(self.status_place)

        self.more_row = QHBoxLayout()
        self.more_row.setObjectName(u"more_row")
        self.more = QToolButton(ConnectorOAuth)
        self.more.setObjectName(u"more")
        self.more.setCheckable(True)
        self.more.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)

        self.more_row.addWidget(self.more)

        self.more_space = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.more_row.addItem(self.more_space)


        self.column.addLayout(self.more_row)

        self.scopes = QLineEdit(ConnectorOAuth)
        self.scopes.setObjectName(u"scopes")
        self.scopes.setProperty(u"optional", True)

        self.column.addWidget(self.scopes)


        self.retranslateUi(ConnectorOAuth)

        QMetaObject.connectSlotsByName(ConnectorOAuth)
    # setupUi

    def retranslateUi(self, ConnectorOAuth):
        self.issuer.setProperty(u"label", QCoreApplication.translate("ConnectorOAuth", u"Issuer", None))
        self.issuer.setProperty(u"hint", QCoreApplication.translate("ConnectorOAuth", u"The https address of your sign-in service.", None))
        self.client_id.setProperty(u"label", QCoreApplication.translate("ConnectorOAuth", u"Application (client) ID", None))
        self.tenant.setProperty(u"label", QCoreApplication.translate("ConnectorOAuth", u"Directory (tenant)", None))
        self.proof_words.setText(QCoreApplication.translate("ConnectorOAuth", u"The application proves itself with", None))
        self.by_secret.setText(QCoreApplication.translate("ConnectorOAuth", u"a client secret", None))
        self.by_certificate.setText(QCoreApplication.translate("ConnectorOAuth", u"a certificate", None))
        self.more.setText(QCoreApplication.translate("ConnectorOAuth", u"More", None))
        self.scopes.setProperty(u"label", QCoreApplication.translate("ConnectorOAuth", u"Scopes", None))
        self.scopes.setProperty(u"hint", QCoreApplication.translate("ConnectorOAuth", u"Divided by blanks; empty for the usual ones.", None))
        pass
    # retranslateUi

