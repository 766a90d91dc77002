# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'connector_first_intake.ui'
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
from PySide6.QtWidgets import (QApplication, QDateEdit, QHBoxLayout, QRadioButton,
    QSizePolicy, QSpacerItem, QWidget)

class Ui_ConnectorFirstIntake(object):
    def setupUi(self, ConnectorFirstIntake):
        if not ConnectorFirstIntake.objectName():
            ConnectorFirstIntake.setObjectName(u"ConnectorFirstIntake")
        self.row = QHBoxLayout(ConnectorFirstIntake)
        self.row.setSpacing(24)
        self.row.setObjectName(u"row")
        self.row.setContentsMargins(0, 0, 0, 0)
        self.first_new = QRadioButton(ConnectorFirstIntake)
        self.first_new.setObjectName(u"first_new")
        self.first_new.setChecked(True)

        self.row.addWidget(self.first_new)

        self.first_since_line = QWidget(ConnectorFirstIntake)
        self.first_since_line.setObjectName(u"first_since_line")
        self.first_since_row = QHBoxLayout(self.first_since_line)
        self.first_since_row.setSpacing(8)
        self.first_since_row.setObjectName(u"first_since_row")
        self.first_since_row.setContentsMargins(0, 0, 0, 0)
        self.first_since = QRadioButton(self.first_since_line)
        self.first_since.setObjectName(u"first_since")

        self.first_since_row.addWidget(self.first_since)

        self.since = QDateEdit(self.first_since_line)
        self.since.setObjectName(u"since")
        self.since.setCalendarPopup(True)

        self.first_since_row.addWidget(self.since)


        self.row.addWidget(self.first_since_line)

        self.first_all = QRadioButton(ConnectorFirstIntake)
        self.first_all.setObjectName(u"first_all")

        self.row.addWidget(self.first_all)

        self.space = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.row.addItem(self.space)


        self.retranslateUi(ConnectorFirstIntake)

        QMetaObject.connectSlotsByName(ConnectorFirstIntake)
    # setupUi

    def retranslateUi(self, ConnectorFirstIntake):
        self.first_new.setText(QCoreApplication.translate("ConnectorFirstIntake", u"Only new mail from now", None))
        self.first_since.setText(QCoreApplication.translate("ConnectorFirstIntake", u"Mail since", None))
        self.since.setDisplayFormat(QCoreApplication.translate("ConnectorFirstIntake", u"d MMM yyyy", None))
        self.first_all.setText(QCoreApplication.translate("ConnectorFirstIntake", u"Everything that is there", None))
        pass
    # retranslateUi

