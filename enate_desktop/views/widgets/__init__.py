"""The controls that Qt Widgets lacks; every page takes them from here."""

from enate_desktop.views.widgets.chips import ChipEdit
from enate_desktop.views.widgets.fields import FormField, PasswordField
from enate_desktop.views.widgets.labels import (
    CountBadge,
    ElidedLabel,
    SectionLabel,
    label,
    secondary_label,
)
from enate_desktop.views.widgets.layout import (
    Card,
    EmptyState,
    PageHeader,
    button,
    icon_button,
)
from enate_desktop.views.widgets.toggle import Toggle, paint_toggle

__all__ = [
    "Card",
    "ChipEdit",
    "CountBadge",
    "ElidedLabel",
    "EmptyState",
    "FormField",
    "PageHeader",
    "PasswordField",
    "SectionLabel",
    "Toggle",
    "button",
    "icon_button",
    "label",
    "paint_toggle",
    "secondary_label",
]
