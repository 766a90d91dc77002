"""The one style sheet, 20 rules at most: outlines, heights, focus that Fusion lacks (UI 5.20)."""

from dataclasses import fields

from PySide6.QtGui import QColor

from enate_desktop.views.tokens import Tokens

_INPUTS = ("QLineEdit", "QComboBox", "QAbstractSpinBox", "QPlainTextEdit", "QTextEdit")

_RULES = """
{inputs} {{ border: 1px solid {outline}; border-radius: 4px; background: {base};
  padding: 4px 7px; selection-background-color: {accent}; selection-color: {on_accent};
  min-height: 22px; combobox-popup: 0; }}
{inputs_focus} {{ border: 2px solid {accent}; padding: 3px 6px; }}
{inputs_error} {{ border-color: {error}; }}
QComboBox::drop-down, QAbstractSpinBox::drop-down, QAbstractSpinBox::up-button,
QAbstractSpinBox::down-button, QAbstractSpinBox QLineEdit {{ border: none; padding: 0 5px;
  min-height: 0; width: 24px; background: transparent; }}
QComboBox::down-arrow, QAbstractSpinBox::down-arrow, QPushButton::menu-indicator {{
  image: url(icons:ui-chevron-down-{variant}.svg); width: 14px; height: 14px; }}
QAbstractSpinBox::up-arrow {{ image: url(icons:ui-chevron-up-{variant}.svg);
  width: 14px; height: 14px; }}
QPushButton {{ padding: 4px 12px; border: 1px solid {outline}; border-radius: 4px;
  background: {base}; min-height: 22px; }}
QToolButton {{ padding: 4px; border: 1px solid transparent; border-radius: 4px;
  background: transparent; min-height: 22px; }}
QPushButton:hover, QPushButton:pressed, QToolButton:hover, QToolButton:pressed,
QToolButton:checked {{ background: {group_row}; }}
QPushButton[primary="true"] {{ background: {accent}; color: {on_accent};
  border-color: {accent}; }}
QPushButton[danger="true"] {{ color: {error}; border-color: {error}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {accent}; padding-top: 3px;
  padding-bottom: 3px; }}
QPushButton[primary="true"]:focus {{ border-color: {text}; }}
{inputs_disabled}, QPushButton:disabled, QPushButton[primary="true"]:disabled,
QPushButton[danger="true"]:disabled {{ border-color: {line}; background: {window};
  color: {disabled}; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: 16px; height: 16px;
  border: 1px solid {outline}; border-radius: 3px; background: {base}; }}
QRadioButton::indicator {{ border-radius: 9px; }}
QCheckBox, QRadioButton {{ outline: 2px solid {accent}; outline-radius: 4px; }}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent};
  image: url(icons:ui-check-{variant}.svg); }}
QRadioButton::indicator:checked {{ width: 8px; height: 8px; border: 5px solid {accent};
  background: {on_accent}; }}
QHeaderView::section {{ background: {window}; color: {secondary}; padding: 0 8px; border: none;
  border-right: 1px solid {line}; border-bottom: 1px solid {line}; min-height: 31px; }}
"""


def style_sheet(scheme: Tokens) -> str:
    """The sheet in the colours of a scheme."""
    names = {
        field.name: colour.name()
        for field in fields(Tokens)
        if isinstance(colour := getattr(scheme, field.name), QColor)
    }
    return _RULES.format(
        inputs=", ".join(_INPUTS),
        inputs_focus=_each(":focus"),
        inputs_disabled=_each(":disabled"),
        inputs_error=_each('[error="true"]'),
        variant="dark" if scheme.dark else "light",
        **names,
    )


def _each(suffix: str) -> str:
    return ", ".join(name + suffix for name in _INPUTS)
