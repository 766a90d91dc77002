"""The Settings page: what affects mail is saved, what only affects the view applies at once."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.domain.addresses import parse_pattern
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.settings import Settings
from enate_desktop.routing.table import BlockedAddress
from enate_desktop.services.bundle import Services
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.appearance import Scheme
from enate_desktop.views.confirm import Choice, ConfirmDialog
from enate_desktop.views.errors import versions
from enate_desktop.views.page import Page
from enate_desktop.views.restoring_backup import ProgramControl
from enate_desktop.views.settings_data import AboutCard, DataCard
from enate_desktop.views.settings_fields import Entry, sections
from enate_desktop.views.settings_row import SettingRow
from enate_desktop.views.widgets import (
    Card,
    ChipEdit,
    FormField,
    button,
    scrolled,
    secondary_label,
)
from enate_desktop.worker.notifier import ChangeNotifier


@dataclass(frozen=True, slots=True)
class Interface:
    """What belongs to the person at this computer: read and changed at once."""

    scheme: Callable[[], str]
    choose_scheme: Callable[[str], None]


class SettingsPage(Page):
    """``navigate`` takes a text to search for."""

    def __init__(
        self,
        services: Services,
        notifier: ChangeNotifier,
        interface: Interface,
        program: ProgramControl | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``program`` lets a backup be restored, which starts the program anew."""
        super().__init__("Settings", parent)
        self._settings = services.settings
        may = services.people.me.may(Permission.CHANGE_SETTINGS)
        self._reason = "" if may else f'You need the permission "{Permission.CHANGE_SETTINGS}".'
        self._interface = interface
        self._stored = self._settings.get()
        self._blocked: dict[str, bool] = {}
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the settings"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Search the settings"))
        self._languages = tuple(one.language for one in services.templates.all())
        self.rows: dict[str, SettingRow] = {}
        self._cards: list[tuple[QWidget, str, list[SettingRow]]] = []
        self.no_mail = ChipEdit(self.tr("No automated emails"), parse_pattern)
        self.spam = ChipEdit(self.tr("Rejected as spam"), parse_pattern)
        self.save_button = button(self.tr("Save settings"), self.save, primary=True)
        self.discard_button = button(self.tr("Discard"), self.read)
        self._note = secondary_label("", wrap=False)
        self.data = DataCard(services, notifier, program)
        self.data.done.connect(self.toast)
        self.data.failed.connect(self._on_data_refused)
        self._build()
        notifier.changed.connect(self._on_changed)
        self.read()

    @property
    def wanted(self) -> Settings:
        """The settings as they are on screen."""
        values = {**asdict(self._stored), **{key: row.value for key, row in self.rows.items()}}
        return Settings(**values)

    @property
    def is_changed(self) -> bool:
        """Whether anything on screen is not saved yet."""
        return self.wanted != self._stored or self._blocked_on_screen() != self._blocked

    def read(self) -> None:
        """Show what is stored now."""
        self._stored = self._settings.get()
        for key, row in self.rows.items():
            row.set_value(getattr(self._stored, key))
        blocked = self._settings.blocked()
        self._blocked = {str(item.pattern): item.reject_as_spam for item in blocked}
        self.no_mail.set_values(str(b.pattern) for b in blocked if not b.reject_as_spam)
        self.spam.set_values(str(b.pattern) for b in blocked if b.reject_as_spam)
        self._show_state()

    def save(self) -> None:
        """Keep what is on screen."""
        try:
            if self.wanted != self._stored:
                self._settings.save(self.wanted)
            if self._blocked_on_screen() != self._blocked:
                self._settings.save_blocked(
                    BlockedAddress(parse_pattern(text), spam)
                    for text, spam in self._blocked_on_screen().items()
                )
        except EnateError as error:
            self.messages.show_error(error, key="settings")
            return
        self.toast(self.tr("The settings were saved."))
        self.read()

    @override
    def navigate(self, target: object) -> None:
        if isinstance(target, str):
            self.search.setText(target)

    @override
    def focus_first(self) -> None:
        self.search.setFocus()

    @override
    def may_leave(self, then: Callable[[], object]) -> bool:
        if not self.is_changed:
            return True

        def save() -> None:
            self.save()
            if not self.is_changed:
                then()

        def discard() -> None:
            self.read()
            then()

        ConfirmDialog(
            self.tr("Save the settings?"),
            self.tr("They were changed and not saved."),
            (),
            (Choice(self.tr("Save settings"), save), Choice(self.tr("Discard"), discard)),
            self,
        ).open()
        return False

    def _build(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        column.addWidget(self._appearance_card())
        for section in sections():
            card = Card(section.title)
            rows = [self._row(entry) for entry in section.entries]
            for row in rows:
                card.body.addWidget(row)
            self._cards.append((card, section.title, rows))
            column.addWidget(card)
        column.addWidget(self._blocked_card())
        for made, words in (
            (self.data, self.tr("Data backup restore export import configuration folder")),
            (AboutCard(versions()), self.tr("About versions licences")),
        ):
            self._cards.append((made, words, []))
            column.addWidget(made)
        column.addStretch(1)
        content.setMaximumWidth(900)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._note, 1)
        foot.addWidget(self.discard_button)
        foot.addWidget(self.save_button)
        self.body.addWidget(self.search)
        self.body.addWidget(scrolled(content), 1)
        self.body.addLayout(foot)
        self.search.textChanged.connect(self._on_searched)

    def _row(self, entry: Entry) -> SettingRow:
        default = getattr(Settings(), entry.key)
        row = SettingRow(entry, default, self._languages, reason=self._reason)
        row.changed.connect(self._show_state)
        self.rows[entry.key] = row
        return row

    def _appearance_card(self) -> QWidget:
        card = Card(self.tr("Appearance"))
        self.scheme = QComboBox()
        for scheme, words in (
            (Scheme.SYSTEM, self.tr("As the system")),
            (Scheme.LIGHT, self.tr("Light")),
            (Scheme.DARK, self.tr("Dark")),
        ):
            self.scheme.addItem(words, scheme.value)
        self.scheme.setCurrentIndex(max(0, self.scheme.findData(self._interface.scheme())))
        self.scheme.setFixedWidth(200)
        self.scheme.activated.connect(self._on_scheme_chosen)
        field = FormField(self.tr("Colours"), self.scheme, hint=self.tr("Applies at once."))
        card.body.addWidget(field)
        self._cards.append((card, f"{self.tr('Appearance')} {self.tr('Colours')}", []))
        return card

    def _blocked_card(self) -> QWidget:
        title = self.tr("Blocked addresses")
        card = Card(title)
        for edit, words, hint in (
            (
                self.no_mail,
                self.tr("No automated emails"),
                self.tr("Their mail becomes work as usual, but is never answered automatically."),
            ),
            (
                self.spam,
                self.tr("Rejected as spam"),
                self.tr("Their mail becomes a closed Ticket and is never answered."),
            ),
        ):
            card.body.addWidget(FormField(words, edit, optional=True, hint=hint))
            edit.changed.connect(self._show_state)
            explain_disabled(edit, self._reason)
        self._cards.append((card, f"{title} {self.no_mail.accessibleName()} spam", []))
        return card

    def _blocked_on_screen(self) -> dict[str, bool]:
        unusable = {value for value, _ in (*self.no_mail.problems, *self.spam.problems)}
        listed = dict.fromkeys(self.no_mail.values(), False)
        listed |= dict.fromkeys(self.spam.values(), True)
        return {value: spam for value, spam in listed.items() if value not in unusable}

    def _show_state(self) -> None:
        unusable = bool(self.no_mail.problems or self.spam.problems)
        changed = len(self.rows) > 0 and self.is_changed
        nothing = "" if changed else self.tr("Nothing was changed.")
        mend = self.tr("Mend the addresses marked red first.") if unusable else ""
        explain_disabled(self.save_button, self._reason or mend or nothing)
        explain_disabled(self.discard_button, "" if changed or unusable else nothing)
        self._note.setText(self.tr("Not saved yet.") if changed else "")

    def _on_data_refused(self, error: EnateError) -> None:
        self.messages.show_error(error, key="data")

    def _on_scheme_chosen(self) -> None:
        self._interface.choose_scheme(self.scheme.currentData())

    def _on_searched(self, text: str) -> None:
        wanted = text.strip()
        for card, title, rows in self._cards:
            whole = wanted.casefold() in title.casefold()
            found = [row.fits(wanted) or whole for row in rows]
            for row, shows in zip(rows, found, strict=True):
                row.setVisible(shows)
            card.setVisible(any(found) or whole)

    def _on_changed(self) -> None:
        if not self.is_changed:
            self.read()
