"""What POP3 allows and what it does not, before a connector is saved or switched on (C-12)."""

from enate_desktop.domain.connectors import Connector, IntakeAction
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.oauth import OAuthProvider
from enate_desktop.domain.services_catalogue import provider_of
from enate_desktop.mail.mailbox import FolderState
from enate_desktop.storage.unit_of_work import UnitOfWork

_IMPOSSIBLE = {
    IntakeAction.MARK_READ: "POP3 cannot mark mail as read on the server.",
    IntakeAction.MOVE: "POP3 cannot move mail on the server.",
}


def check_after_intake_possible(connector: Connector) -> None:
    """Raise InputError for what a POP3 server cannot do once a mail is taken in."""
    settings, action = connector.incoming, connector.after_intake.action
    if settings is None or not settings.is_pop3:
        return
    if action in _IMPOSSIBLE:
        raise InputError(
            _IMPOSSIBLE[action],
            "Leave mail there, or delete it; or choose the IMAP service of this mailbox.",
            field="after_intake",
        )
    google = provider_of(settings.service, settings.host) is OAuthProvider.GOOGLE
    if google and action is IntakeAction.DELETE:
        raise InputError(
            "Gmail does not delete mail over POP3: a setting of the Google mailbox decides.",
            "Leave mail there: each one is taken in once. Gmail (IMAP) can delete it.",
            field="after_intake",
        )


def baseline(work: UnitOfWork, connector_id: int, mailbox: str, folder: FolderState) -> int:
    """The highest number in a mailbox that was just looked into: what is there is old mail.

    The mails of a POP3 mailbox are numbered by that.
    """
    if folder.uidls:
        names = [(name, "") for name in folder.uidls]
        return max(work.pop3_numbers.numbers(connector_id, mailbox, names))
    return max(folder.uidnext - 1, 0)
