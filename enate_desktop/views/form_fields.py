"""From a compiled form to fields as we show them: label above, hint and error below."""

from typing import Any

from PySide6.QtWidgets import QWidget

from enate_desktop.views.widgets import FormField

Fields = dict[str, FormField]
"""Fields by the object name of their control."""


def set_up(form: Any, widget: QWidget) -> Fields:  # noqa: ANN401  # generated, untyped
    """Fill ``widget`` from a compiled form and wrap every control that carries a label.

    In the form the label is the dynamic property ``label``; ``hint`` and ``optional`` may follow.
    """
    form.setupUi(widget)
    return {
        control.objectName(): _wrapped(control)
        for control in widget.findChildren(QWidget)
        if control.property("label")
    }


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
    return field
