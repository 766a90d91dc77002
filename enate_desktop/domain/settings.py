"""The settings of one data file, with their defaults."""

from dataclasses import dataclass

from enate_desktop.domain.errors import InputError


@dataclass(frozen=True, slots=True)
class Settings:
    """What an administrator may tune; each has a safe default."""

    create_contacts: bool = True
    """Make a contact of an unknown sender, after routing (M-07)."""
    link_by_subject: bool = True
    """Append a mail that carries a reference in square brackets in its subject (M-03)."""
    poll_seconds: int = 30
    """Seconds between two looks into a mailbox."""
    retry_limit: int = 5
    """Failed attempts to reach a server before its connector is switched off (C-08), at most 10."""
    max_mail_megabytes: int = 150
    """A larger mail stays on the server and is routed by its headers."""
    replayed_mails: int = 500
    """How many of the last mails are replayed after a change of routes (X-01)."""
    automated_per_hour: int = 5
    """Automated emails to one address in an hour, at most (O-04)."""
    acknowledgement_language: str = "en"
    """The template for senders whose language has none (O-01)."""
    sending_tries: int = 8
    """Attempts to send an automated email that the server only puts off (O-03)."""
    send_again_when_unsure: bool = True
    """Send once more, with the same Message-ID, what may or may not have left (O-03)."""
    keep_mail_days: int = 0
    """Days the originals of decided mails are kept (S-03); 0: for ever."""


def check_settings(settings: Settings) -> None:
    """Raise InputError, naming the field, for a value that would harm."""
    for name, low, high, words in (
        ("poll_seconds", 5, 86_400, "Mail is looked for every 5 to 86400 seconds."),
        ("retry_limit", 1, 10, "A server is tried 1 to 10 times before its connector stops."),
        ("max_mail_megabytes", 1, 1_000, "The largest mail may have 1 to 1000 MB."),
        ("automated_per_hour", 1, 1_000, "1 to 1000 automated emails an hour go to one address."),
        ("sending_tries", 1, 8, "An automated email is tried 1 to 8 times."),
        ("keep_mail_days", 0, 36_500, "Originals are kept for 0 (for ever) to 36500 days."),
        ("replayed_mails", 0, 100_000, "0 to 100000 mails are replayed after a change."),
    ):
        if not low <= getattr(settings, name) <= high:
            raise InputError(words, "Nothing was changed.", field=name)
