"""What a server's answers tell of the folder that was opened (RFC 3501)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from enate_desktop.mail.mailbox import shown_words


def warnings(
    facts: Mapping[bytes, Any], alerts: Iterable[bytes], barred: bool, sticky: bool
) -> Iterator[str]:
    """What the person should know of the folder that was opened, in sentences."""
    if not sticky:
        yield (
            "This server gives mails no lasting numbers; mails that are taken in are recognised by"
            " their content instead."
        )
    kept = facts.get(b"PERMANENTFLAGS")
    if barred:
        yield (
            "This mailbox can only be read: mails are taken in and remembered, but cannot be"
            " marked, moved or deleted there."
        )
    elif isinstance(kept, tuple) and b"\\seen" not in {bytes(flag).lower() for flag in kept}:
        yield "This mailbox does not keep marks: a mail that is marked as read may be unread again."
    for alert in alerts:
        yield f'The server says: "{shown_words(alert)}"'


def unseen_count(answers: Sequence[object]) -> int:
    """The figure of a STATUS (UNSEEN) answer; 0 when there was none."""
    for answer in answers[-1:]:
        found = re.search(rb"UNSEEN (\d{1,10})", answer) if isinstance(answer, bytes) else None
        if found is not None:
            return int(found[1])
    return 0
