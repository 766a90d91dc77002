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
from PySide6.QtWidgets import (QApplication, QComboBox, QDateEdit, QHBoxLayout,
    QLineEdit, QRadioButton, QSizePolicy, QSpacerItem,
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

        self.folder = QLineEdit(ConnectorIntake)
        self.folder.setObjectName(u"folder")

        self.action_row.addWidget(self.folder)

        self.action_row.setStretch(0, 1)
        self.action_row.setStretch(1, 1)

        self.column.addLayout(self.action_row)

        self.first = QWidget(ConnectorIntake)
        self.first.setObjectName(u"first")
        self.first_column = QVBoxLayout(self.first)
        self.first_column.setSpacing(4)
        self.first_column.setObjectName(u"first_column")
        self.first_column.setContentsMargins(0, 0, 0, 0)
        self.first_new = QRadioButton(self.first)
        self.first_new.setObjectName(u"first_new")
        self.first_new.setChecked(True)

        self.first_column.addWidget(self.first_new)

        self.first_since_line = QWidget(self.first)
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

        self.first_since_row.addWidget(self.since)

        self.first_since_space = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.first_since_row.addItem(self.first_since_space)


        self.first_column.addWidget(self.first_since_line)

        self.first_all = QRadioButton(self.first)
        self.first_all.setObjectName(u"first_all")

        self.first_column.addWidget(self.first_all)


        self.column.addWidget(self.first)


        self.retranslateUi(ConnectorIntake)

        QMetaObject.connectSlotsByName(ConnectorIntake)
    # setupUi

    def retranslateUi(self, ConnectorIntake):
        self.action.setProperty(u"label", QCoreApplication.translate("ConnectorIntake", u"After a mail was taken in", None))
        self.folder.setProperty(u"label", QCoreApplication.translate("ConnectorIntake", u"Folder to move it to", None))
        self.first.setProperty(u"label", QCoreApplication.translate("ConnectorIntake", u"Mail that is already there when it is enabled first", None))
        self.first_new.setText(QCoreApplication.translate("ConnectorIntake", u"Leave it: only mail that arrives from then on", None))
        self.first_since.setText(QCoreApplication.translate("ConnectorIntake", u"Take in mail since", None))
        self.first_all.setText(QCoreApplication.translate("ConnectorIntake", u"Take in everything", None))
        pass
    # retranslateUi

