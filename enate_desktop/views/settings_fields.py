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
    return _taking_mail_in(), _automated_emails(), _looking_ahead()


def _taking_mail_in() -> Section:
    return Section(
        _tr("Taking mail in"),
        (
            Entry(
                "poll_seconds",
                _tr("Look for new mail every"),
                _tr("Servers that announce new mail by themselves are not waited for."),
                5,
                86_400,
                _tr("seconds"),
            ),
            Entry(
                "retry_limit",
                _tr("Tries before a connector stops"),
                _tr("A server that does not answer is tried with growing waits."),
                1,
                10,
            ),
            Entry(
                "max_mail_megabytes",
                _tr("Largest mail"),
                _tr("A larger one stays on the server and is routed by its headers."),
                1,
                1_000,
                _tr("MB"),
            ),
            *_replies_and_originals(),
        ),
    )


def _replies_and_originals() -> tuple[Entry, ...]:
    return (
        Entry(
            "link_by_subject",
            _tr("Join replies by a reference in the subject"),
            _tr("Such as [101203-T]. Replies by their headers always join."),
        ),
        Entry(
            "create_contacts",
            _tr("Make a contact of an unknown sender"),
            _tr("After routing, so that it never changes where the first mail goes."),
        ),
        Entry(
            "keep_mail_days",
            _tr("Keep the originals of mails for"),
            _tr("0 keeps them for ever. Unhandled and quarantined mails always stay."),
            0,
            36_500,
            _tr("days"),
        ),
    )


def _automated_emails() -> Section:
    return Section(
        _tr("Automated emails"),
        (
            Entry(
                "automated_per_hour",
                _tr("At most to one address in an hour"),
                _tr("Stops two systems that answer each other."),
                1,
                1_000,
            ),
            Entry(
                "acknowledgement_language",
                _tr("Language when the sender's has no text"),
                _tr("The texts are on the Outbox page."),
            ),
            Entry(
                "sending_tries",
                _tr("Tries to send an automated email"),
                _tr("A mail the server puts off waits longer each time, from 1 minute to days."),
                1,
                8,
            ),
            Entry(
                "send_again_when_unsure",
                _tr("Send once more what may not have left"),
                _tr("With the same Message-ID, so that a receiver can drop the second copy."),
            ),
        ),
    )


def _looking_ahead() -> Section:
    return Section(
        _tr("Looking ahead"),
        (
            Entry(
                "replayed_mails",
                _tr("Mails replayed after a change of routes"),
                _tr("More of them see more, and take longer."),
                0,
                100_000,
            ),
        ),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("SettingsPage", text)
