"""A connector goes live: from which mail on its mailbox is taken in (C-12)."""

import hashlib

from enate_desktop.domain.connectors import Condition, Connector, FirstIntake
from enate_desktop.mail.mailbox import POP3_LIFE, FolderState
from enate_desktop.services import pop3_rules
from enate_desktop.storage.unit_of_work import UnitOfWork

_LONGEST_NAME = 2000
UNSEEN = -1
"""The UIDVALIDITY of a mailbox that went live before anybody looked into it; no server uses it."""


def go_live(work: UnitOfWork, connector: Connector, folder: FolderState | None) -> None:
    """Note the moment of the first enable, and what ``folder`` shows to be there already.

    Without ``folder`` a life of the mailbox begins that no server continues: the first look opens
    the next one, for which mail received before this moment is old. So nothing that arrives before
    the first look is passed over. A mailbox that was live before goes on where it was.
    """
    work.connectors.set_condition(connector.id, Condition())
    mailbox = mailbox_name(connector)
    if connector.incoming is None or work.ledger.epochs(connector.id, mailbox):
        return
    only_new = connector.start_from.choice is FirstIntake.NEW
    if folder is None or (only_new and _is_partly_named(folder)):
        work.ledger.open_epoch(connector.id, mailbox, UNSEEN, 0)
        return
    baseline = pop3_rules.baseline(work, connector.id, mailbox, folder) if only_new else 0
    work.ledger.open_epoch(connector.id, mailbox, folder.uidvalidity, baseline)


def same_mailbox(one: Connector, other: Connector) -> bool:
    """Whether both take their mail from one mailbox, as far as the ledger is concerned."""
    return mailbox_name(one) == mailbox_name(other)


def mailbox_name(connector: Connector) -> str:
    """How the ledger names the mailbox of a connector: a change of it is another mailbox.

    IMAP and POP3 are two ways to one mailbox; the UIDVALIDITY keeps their numbers apart.
    """
    settings = connector.incoming
    if settings is None:
        return ""
    host, user = settings.host.strip().lower(), settings.username.strip()
    name = f"{host}/{user}/{settings.additional_mailbox or ''}/INBOX"
    octets = name.encode()
    # An index of PostgreSQL takes no more than 2,700 bytes.
    return name if len(octets) <= _LONGEST_NAME else f"{host}/{hashlib.sha256(octets).hexdigest()}"


def _is_partly_named(folder: FolderState) -> bool:
    """Whether names do not tell every mail again: what is old is then known by its date."""
    unnamed = folder.uidvalidity == POP3_LIFE and len(folder.uidls) < folder.count
    return unnamed or folder.uidvalidity == 0
