"""The controls that Qt Widgets lacks; every page takes them from here."""

from enate_desktop.views.widgets.chips import ChipEdit
from enate_desktop.views.widgets.fields import FormField, PasswordField, spin_box
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
    menu_button,
    scrolled,
)
from enate_desktop.views.widgets.tables import RowDelegate, prepare_table, prepare_tree
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
    "RowDelegate",
    "SectionLabel",
    "Toggle",
    "button",
    "icon_button",
    "label",
    "menu_button",
    "paint_toggle",
    "prepare_table",
    "prepare_tree",
    "scrolled",
    "secondary_label",
    "spin_box",
]
