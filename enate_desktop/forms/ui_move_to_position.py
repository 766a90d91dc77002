# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'move_to_position.ui'
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
from PySide6.QtWidgets import (QApplication, QDialog, QHBoxLayout, QLabel,
    QSizePolicy, QSpacerItem, QSpinBox, QVBoxLayout,
    QWidget)

class Ui_MoveToPosition(object):
    def setupUi(self, MoveToPosition):
        if not MoveToPosition.objectName():
            MoveToPosition.setObjectName(u"MoveToPosition")
        MoveToPosition.setMinimumSize(QSize(400, 0))
        self.column = QVBoxLayout(MoveToPosition)
        self.column.setSpacing(12)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(16, 16, 16, 16)
        self.what = QLabel(MoveToPosition)
        self.what.setObjectName(u"what")
        self.what.setWordWrap(True)

        self.column.addWidget(self.what)

        self.line = QHBoxLayout()
        self.line.setSpacing(8)
        self.line.setObjectName(u"line")
        self.position = QSpinBox(MoveToPosition)
        self.position.setObjectName(u"position")
        self.position.setMinimumSize(QSize(96, 0))

        self.line.addWidget(self.position)

        self.range = QLabel(MoveToPosition)
        self.range.setObjectName(u"range")

        self.line.addWidget(self.range)

        self.line_space = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.line.addItem(self.line_space)


        self.column.addLayout(self.line)

        self.between = QLabel(MoveToPosition)
        self.between.setObjectName(u"between")
        self.between.setWordWrap(True)

        self.column.addWidget(self.between)

        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.setObjectName(u"buttons")
        self.buttons_space = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.buttons.addItem(self.buttons_space)


        self.column.addLayout(self.buttons)

#if QT_CONFIG(shortcut)
        self.what.setBuddy(self.position)
#endif // QT_CONFIG(shortcut)

        self.retranslateUi(MoveToPosition)

        QMetaObject.connectSlotsByName(MoveToPosition)
    # setupUi

    def retranslateUi(self, MoveToPosition):
        MoveToPosition.setWindowTitle(QCoreApplication.translate("MoveToPosition", u"Move to position", None))
#if QT_CONFIG(accessibility)
        self.position.setAccessibleName(QCoreApplication.translate("MoveToPosition", u"Position", None))
#endif // QT_CONFIG(accessibility)
    # retranslateUi

