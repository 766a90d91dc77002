"""What the settings page offers: each setting with its words, in sections (UI 3.14)."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting of the data file; ``lowest`` and ``highest`` only for numbers."""

    key: str
    title: str
    hint: str
    lowest: int = 0
    highest: int = 0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Settings that belong together."""

    title: str
    entries: tuple[Entry, ...]


def sections() -> tuple[Section, ...]:
    """Everything that affects mail, in the order shown; in the language of the window."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("SettingsPage", text)

    return (
        Section(
            tr("Taking mail in"),
            (
                Entry(
                    "poll_seconds",
                    tr("Look for new mail every"),
                    tr("Servers that announce new mail by themselves are not waited for."),
                    5,
                    86_400,
                    tr("seconds"),
                ),
                Entry(
                    "retry_limit",
                    tr("Tries before a connector stops"),
                    tr("A server that does not answer is tried with growing waits."),
                    1,
                    10,
                ),
                Entry(
                    "max_mail_megabytes",
                    tr("Largest mail"),
                    tr("A larger one stays on the server and is routed by its headers."),
                    1,
                    1_000,
                    tr("MB"),
                ),
                Entry(
                    "link_by_subject",
                    tr("Join replies by a reference in the subject"),
                    tr("Such as [101203-T]. Replies by their headers always join."),
                ),
                Entry(
                    "create_contacts",
                    tr("Make a contact of an unknown sender"),
                    tr("After routing, so that it never changes where the first mail goes."),
                ),
                Entry(
                    "keep_mail_days",
                    tr("Keep the originals of mails for"),
                    tr("0 keeps them for ever. Unhandled and quarantined mails always stay."),
                    0,
                    36_500,
                    tr("days"),
                ),
            ),
        ),
        Section(
            tr("Automated emails"),
            (
                Entry(
                    "automated_per_hour",
                    tr("At most to one address in an hour"),
                    tr("Stops two systems that answer each other."),
                    1,
                    1_000,
                ),
                Entry(
                    "acknowledgement_language",
                    tr("Language when the sender's has no text"),
                    tr("The texts are on the Outbox page."),
                ),
                Entry(
                    "send_again_when_unsure",
                    tr("Send once more what may not have left"),
                    tr("With the same Message-ID, so that a receiver can drop the second copy."),
                ),
            ),
        ),
        Section(
            tr("Looking ahead"),
            (
                Entry(
                    "replayed_mails",
                    tr("Mails replayed after a change of routes"),
                    tr("More of them see more, and take longer."),
                    0,
                    100_000,
                ),
            ),
        ),
    )
