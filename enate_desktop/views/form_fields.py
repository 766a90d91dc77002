"""From a compiled form to fields as we show them: label above, hint and error below."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QWidget,
)
from typing_extensions import override

from enate_desktop.views.widgets import FormField

_ROOM = 60
Fields = dict[str, FormField]
"""Fields by the object name of their control."""


def set_up(form: Any, widget: QWidget) -> Fields:  # noqa: ANN401  # generated, untyped
    """Fill ``widget`` from a compiled form and wrap every control that carries a label.

    In the form the label is the dynamic property ``label``; ``hint`` and ``optional`` may follow.
    """
    form.setupUi(widget)
    guard = _WheelGuard(widget)
    for kind in (QComboBox, QDateEdit):
        for control in widget.findChildren(kind):
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            control.installEventFilter(guard)
    return {
        control.objectName(): _wrapped(control)
        for control in widget.findChildren(QWidget)
        if control.property("label")
    }


def reveal(control: QWidget) -> None:
    """Scroll the form that far that a control can be seen, its label and error too."""
    above = control.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    if above is not None:
        above.ensureWidgetVisible(control, 0, _ROOM)


class _WheelGuard(QObject):
    """Lets the wheel scroll the form instead of changing a choice it happens to pass."""

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        wheel = event.type() == QEvent.Type.Wheel
        if wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def top_in_rows(layout: QLayout) -> None:
    """Have the fields of a row begin on one line."""
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if item is None:
            continue
        inner = item.layout()
        if inner is not None:
            top_in_rows(inner)
        elif isinstance(layout, QHBoxLayout) and isinstance(item.widget(), FormField):
            item.setAlignment(Qt.AlignmentFlag.AlignTop)


def _wrapped(control: QWidget) -> FormField:
    parent = control.parentWidget()
    layout = parent.layout() if parent is not None else None
    if layout is None:
        raise LookupError(f"{control.objectName()} stands in no layout")
    place = QWidget(parent)
    layout.replaceWidget(control, place)
    field = FormField(
        str(control.property("label")),
        control,
        optional=bool(control.property("optional")),
        hint=str(control.property("hint") or ""),
        parent=parent,
    )
    layout.replaceWidget(place, field)
    place.deleteLater()
    place.hide()
    # Neighbours in a row keep their lines when an error makes one of them higher.
    field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    top_in_rows(layout)
    return field
