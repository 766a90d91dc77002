"""What the template editor needs of the template service, and the languages it offers."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import QLocale

from enate_desktop.domain.outbox import Template

# fmt: off
LANGUAGES = (
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "he", "hr", "hu", "is",
    "it", "ja", "ko", "lt", "lv", "mt", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv",
    "th", "tr", "uk", "vi", "zh",
)
# fmt: on
"""What Add language offers (RFC 5646)."""


class Preview(Protocol):
    """A template filled in; ``problems`` are sentences such as on an unknown placeholder."""

    @property
    def subject(self) -> str:
        """The subject as it would be sent."""

    @property
    def body(self) -> str:
        """The text as it would be sent."""

    @property
    def problems(self) -> Sequence[str]:
        """What has to be mended before it can be saved."""


class TemplateSource(Protocol):
    """What of the template service is used here."""

    def all(self) -> tuple[Template, ...]:
        """Every language that has a text."""

    def built_in(self, language: str) -> Template | None:
        """What the program itself says in a language, or None."""

    def placeholders(self) -> Mapping[str, str]:
        """Name of each placeholder to what it stands for."""

    def preview(self, template: Template, work_item_id: int | None) -> Preview:
        """``template`` filled in for a work item, or for a sample."""


def language_name(language: str) -> str:
    """``Français (fr)``."""
    # A bare language is of the whole world (UN M.49), or "en" would be American English.
    everywhere = language if "-" in language else f"{language}_001"
    name = QLocale(everywhere).nativeLanguageName() or language
    return f"{name[:1].upper()}{name[1:]} ({language})"
