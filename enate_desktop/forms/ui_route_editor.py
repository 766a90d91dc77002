# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'route_editor.ui'
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
from PySide6.QtWidgets import (QApplication, QCheckBox, QComboBox, QLineEdit,
    QSizePolicy, QSpacerItem, QVBoxLayout, QWidget)

class Ui_RouteEditor(object):
    def setupUi(self, RouteEditor):
        if not RouteEditor.objectName():
            RouteEditor.setObjectName(u"RouteEditor")
        self.column = QVBoxLayout(RouteEditor)
        self.column.setSpacing(12)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.connector = QComboBox(RouteEditor)
        self.connector.setObjectName(u"connector")

        self.column.addWidget(self.connector)

        self.name = QLineEdit(RouteEditor)
        self.name.setObjectName(u"name")

        self.column.addWidget(self.name)

        self.address = QLineEdit(RouteEditor)
        self.address.setObjectName(u"address")

        self.column.addWidget(self.address)

        self.process_slot = QVBoxLayout()
        self.process_slot.setObjectName(u"process_slot")

        self.column.addLayout(self.process_slot)

        self.category = QComboBox(RouteEditor)
        self.category.setObjectName(u"category")

        self.column.addWidget(self.category)

        self.send_automated_emails = QCheckBox(RouteEditor)
        self.send_automated_emails.setObjectName(u"send_automated_emails")

        self.column.addWidget(self.send_automated_emails)

        self.test_mode = QCheckBox(RouteEditor)
        self.test_mode.setObjectName(u"test_mode")

        self.column.addWidget(self.test_mode)

        self.rules_slot = QVBoxLayout()
        self.rules_slot.setObjectName(u"rules_slot")
        self.rules_slot.setContentsMargins(-1, 8, -1, -1)

        self.column.addLayout(self.rules_slot)

        self.space = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column.addItem(self.space)


        self.retranslateUi(RouteEditor)

        QMetaObject.connectSlotsByName(RouteEditor)
    # setupUi

    def retranslateUi(self, RouteEditor):
        self.connector.setProperty(u"label", QCoreApplication.translate("RouteEditor", u"Email Connector Name", None))
        self.name.setProperty(u"label", QCoreApplication.translate("RouteEditor", u"Route Name", None))
        self.address.setProperty(u"label", QCoreApplication.translate("RouteEditor", u"Email Address", None))
        self.address.setPlaceholderText(QCoreApplication.translate("RouteEditor", u"hr@acme.com", None))
        self.category.setProperty(u"label", QCoreApplication.translate("RouteEditor", u"Ticket Category", None))
        self.send_automated_emails.setText(QCoreApplication.translate("RouteEditor", u"Send Automated Emails", None))
        self.test_mode.setText(QCoreApplication.translate("RouteEditor", u"Create Work For Test Mode", None))
#if QT_CONFIG(tooltip)
        self.test_mode.setToolTip(QCoreApplication.translate("RouteEditor", u"On: this route makes test items only. They are kept apart from live ones.", None))
#endif // QT_CONFIG(tooltip)
        pass
    # retranslateUi

