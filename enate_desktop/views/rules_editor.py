"""The six rules of a route: only the filled ones are shown, the others are one menu away."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from enate_desktop.domain.addresses import AddressPattern, parse_pattern
from enate_desktop.domain.directory import Company
from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.domain.rules import Rules, extension, keyword, merged, patterns
from enate_desktop.item_models.rule_words import in_words
from enate_desktop.views.widgets import (
    ChipEdit,
    FormField,
    SectionLabel,
    button,
    icon_button,
    label,
    secondary_label,
)

IMPORTANT = "important"
COMPANIES = "companies"

RULES: Mapping[str, tuple[str, str]] = {
    "senders": ("Sender list includes", "anna@acme.com, *@acme.com for a domain"),
    "subject_keywords": ("Key words in subject", 'a phrase, or "whole words" in quotes'),
    "attachment_types": ("Has attachments of type", ".pdf; .docx"),
    "recipients": ("Recipient list includes", "anna@acme.com, *@acme.com for a domain"),
    COMPANIES: ("Sender’s company includes", "a company of the directory"),
    IMPORTANT: ("Important flag", "The mail is marked as important."),
}
"""Title and example of each rule, in the order of the menu."""


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """The rules as they stand in the fields, usable or not; companies by name."""

    important: bool = False
    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def of(self, rule: str) -> tuple[str, ...]:
        """The values of a list."""
        return dict(self.lists).get(rule, ())


NO_RULE_TEXTS = RuleTexts()


class RulesEditor(QWidget):
    """Edits Rules; ``changed`` comes after every change of :meth:`texts`."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._companies: dict[int, Company] = {}
        self._rows: dict[str, QWidget] = {}
        self._fields: dict[str, FormField] = {}
        self._lists: dict[str, ChipEdit] = {}
        self._open: list[str] = []
        self._read_only = False
        self._words = secondary_label("")
        self._menu = QMenu(self)
        self._entries: dict[str, QAction] = {}
        self._add = button(self.tr("Add rule"), icon_name="plus")
        self._add.setMenu(self._menu)
        self._heading = SectionLabel(self.tr("Takes a mail when ALL of these are true"))
        self._build()
        self.set_texts(NO_RULE_TEXTS)

    @property
    def add_button(self) -> QPushButton:
        """The button with the menu of rules."""
        return self._add

    @property
    def words(self) -> str:
        """The sentence under the rules."""
        return self._words.text()

    def values_of(self, rule: str) -> ChipEdit:
        """The list of a rule; KeyError for the important flag."""
        return self._lists[rule]

    def set_companies(self, companies: tuple[Company, ...]) -> None:
        """The companies that may be chosen."""
        self._companies = {company.id: company for company in companies}
        self._lists[COMPANIES].set_suggestions(company.name for company in companies)
        self._say()

    def set_read_only(self, sentence: str) -> None:
        """Show a sentence in place of the rules (the fallback's); empty: edit again."""
        self._read_only = bool(sentence)
        self._heading.setText(sentence or self.tr("Takes a mail when ALL of these are true"))
        self._show_rows()

    def add_rule(self, rule: str) -> None:
        """Open a rule and put the focus into it."""
        if rule not in self._open:
            self._open.append(rule)
        self._show_rows()
        if rule in self._lists:
            self._lists[rule].setFocus()
        self._on_changed()

    def remove_rule(self, rule: str) -> None:
        """Take a rule away with its values."""
        if rule in self._open:
            self._open.remove(rule)
        if rule in self._lists:
            self._lists[rule].set_values(())
        self._show_rows()
        self._add.setFocus()
        self._on_changed()

    def texts(self) -> RuleTexts:
        """What is in the fields, also what is still being typed."""
        lists = ((rule, self._lists[rule].values()) for rule in RULES if rule in self._open_lists)
        return RuleTexts(IMPORTANT in self._open, tuple(pair for pair in lists if pair[1]))

    def set_texts(self, texts: RuleTexts) -> None:
        """Show these; does not emit."""
        self._open = [rule for rule in RULES if texts.of(rule)]
        if texts.important:
            self._open.append(IMPORTANT)
        for rule, values in self._lists.items():
            values.set_values(texts.of(rule))
        self.show_error("", "")
        self._show_rows()
        self._say()

    def texts_of(self, rules: Rules) -> RuleTexts:
        """The fields that say the same as stored rules."""
        lists = {
            "senders": tuple(str(pattern) for pattern in rules.senders),
            "recipients": tuple(str(pattern) for pattern in rules.recipients),
            "subject_keywords": rules.subject_keywords,
            "attachment_types": rules.attachment_types,
            COMPANIES: tuple(self._company_name(key) for key in rules.companies),
        }
        filled = ((rule, lists[rule]) for rule in RULES if lists.get(rule))
        return RuleTexts(rules.important, tuple(filled))

    def rules(self) -> Rules:
        """The rules as they would be stored; InputError at the first unusable value (R-11)."""
        texts = self.texts()
        return Rules(
            important=texts.important,
            attachment_types=merged(extension(v) for v in texts.of("attachment_types")),
            subject_keywords=merged(keyword(v) for v in texts.of("subject_keywords")),
            recipients=_checked("recipients", texts),
            senders=_checked("senders", texts),
            companies=tuple(self._company_id(name) for name in texts.of(COMPANIES)),
        )

    def show_error(self, rule: str, text: str) -> None:
        """Show what to mend at one rule; every other error goes.

        A list that has marked the value itself already says why.
        """
        says_itself = rule in self._lists and bool(self._lists[rule].problems)
        for name, field in self._fields.items():
            field.set_error(text if name == rule and not says_itself else "")
        if rule in self._lists:
            self.add_rule(rule)

    @property
    def _open_lists(self) -> frozenset[str]:
        return frozenset(self._open) & self._lists.keys()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._heading)
        for rule, (title, example) in RULES.items():
            self._rows[rule] = self._make_row(rule, title, example)
            column.addWidget(self._rows[rule])
            # Our own action: the wrapper of the menu's does not always live as long as the menu.
            entry = QAction(title, self)
            self._menu.addAction(entry)
            entry.triggered.connect(partial(self._on_entry_triggered, rule))
            self._entries[rule] = entry
        foot = QHBoxLayout()
        foot.addWidget(self._add)
        foot.addStretch(1)
        column.addLayout(foot)
        column.addWidget(self._words)

    def _make_row(self, rule: str, title: str, example: str) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        if rule == IMPORTANT:
            field = FormField(title, label(example, colour="secondary"))
        else:
            check = self._company_check if rule == COMPANIES else _CHECKS[rule]
            values = ChipEdit(title, check, placeholder=example)
            values.changed.connect(self._on_changed)
            self._lists[rule] = values
            field = FormField(title, values)
        self._fields[rule] = field
        remove = icon_button("trash-2", self.tr("Remove rule: {title}").format(title=title))
        remove.clicked.connect(partial(self._on_remove_clicked, rule))
        beside = QVBoxLayout()
        beside.setSpacing(0)
        beside.addSpacing(field.fontMetrics().height() + 4)  # level with the field, not its label
        beside.addWidget(remove)
        beside.addStretch(1)
        line.addWidget(field, 1)
        line.addLayout(beside)
        return row

    def _show_rows(self) -> None:
        for rule, row in self._rows.items():
            row.setVisible(rule in self._open and not self._read_only)
            self._entries[rule].setVisible(rule not in self._open)
        self._add.setVisible(len(self._open) < len(RULES) and not self._read_only)
        self._words.setVisible(not self._read_only)

    def _on_entry_triggered(self, rule: str) -> None:
        self.add_rule(rule)

    def _on_remove_clicked(self, rule: str) -> None:
        self.remove_rule(rule)

    def _on_changed(self) -> None:
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        names = {key: company.name for key, company in self._companies.items()}
        try:
            words = in_words(self.rules(), names)
        except EnateError:
            words = self.tr("one of the values cannot be used yet")
        self._words.setText(
            self.tr("In words: {words}. The text of the mail is never looked at.").format(
                words=words
            )
        )

    def _company_name(self, company_id: int) -> str:
        company = self._companies.get(company_id)
        return company.name if company is not None else f"Company {company_id}"

    def _company_id(self, name: str) -> int:
        wanted = name.strip().casefold()
        for company in self._companies.values():
            if company.name.casefold() == wanted:
                return company.id
        raise InputError(
            f'No company is called "{name.strip()}".',
            "Choose one of the list, or add it in Directory first.",
            field="rules.companies",
        )

    def _company_check(self, name: str) -> str:
        return self._company_name(self._company_id(name))


def _checked(rule: str, texts: RuleTexts) -> tuple[AddressPattern, ...]:
    try:
        return patterns(texts.of(rule))
    except InputError as error:
        raise InputError(error.title, error.message, field=f"rules.{rule}") from error


def _pattern(value: str) -> str:
    return str(parse_pattern(value))


_CHECKS = {
    "senders": _pattern,
    "recipients": _pattern,
    "subject_keywords": keyword,
    "attachment_types": extension,
}
