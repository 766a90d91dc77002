"""Hand-made mails as files, and what becomes of each at one connector."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from enate_desktop.domain.routes import Covers
from enate_desktop.domain.work_items import State
from enate_desktop.mail.parsing import read_message
from enate_desktop.routing.decision import decide_mail
from enate_desktop.routing.linking import LinkTarget, NothingKnown
from tests.routing.builders import route, table

MAILS = Path(__file__).parent / "mails"
ROUTES = table(
    route(name="Important", important=True),
    route(name="Files", types=(".pdf",)),
    route(name="Arrivals", words=("arrivée",), by=("*@acme.fr", "*.acme.fr")),
    route(name="Cars", words=('"car"',)),
    route(name="Partners", to=("*partner.example",)),
    route(name="Branches", by=("*.acme.fr",)),
    route(name="Munich", by=("*@münchen.example",)),
    route(name="Acme France", companies=(1,)),
    route(name="Beta", companies=(2,)),
    route(name="Applicants", words=("cv",), send_automated_emails=True),
    route("pay@acme.example", "Pay"),
    route("off@acme.example", "Off", enabled=False),
    route("*", "Wild", by=("*@wild.example",)),
    covers=Covers.PRIMARY,
)
"""Most specific first; the fallback takes mail to hr@acme.example only."""

ENDS = [
    ("01_important", "hr@acme.example: Important", "Q-1"),
    ("02_not_important", "hr@acme.example: Fallback", "Q-1"),
    ("03_attachment_rfc2231", "hr@acme.example: Files", "Q-2"),
    ("04_attachment_without_name", "hr@acme.example: Files", "Q-2"),
    ("05_inline_image_is_none", "hr@acme.example: Fallback", "Q-2"),
    ("06_encoded_subject", "hr@acme.example: Arrivals", "Q-3"),
    ("07_word_inside_a_word", "hr@acme.example: Fallback", "Q-3"),
    ("08_whole_word", "hr@acme.example: Cars", "Q-3"),
    ("09_cc_in_listed_domain", "hr@acme.example: Partners", "Q-4"),
    ("10_subdomain_sender", "hr@acme.example: Branches", "Q-7"),
    ("11_idn_sender", "hr@acme.example: Munich", "Q-8"),
    ("12_company_by_contact", "hr@acme.example: Acme France", "Q-6"),
    ("13_contact_beats_domain", "hr@acme.example: Beta", "Q-6"),
    ("14_plus_tag", "hr@acme.example: Applicants, answered", "Q-8"),
    (
        "15_two_known_addresses",
        "pay@acme.example: Pay; hr@acme.example: Applicants, answered",
        "M-04",
    ),
    ("16_group_syntax", "pay@acme.example: Pay", "M-04"),
    ("17_unusable_address_beside_a_good_one", "pay@acme.example: Pay", "M-09"),
    ("18_wildcard", "None: Wild", "R-05"),
    ("19_wildcard_sender_to_known_address", "off@acme.example: unhandled", "R-07"),
    ("20_only_bcc", "None: unhandled", "R-04"),
    ("21_reply_to_a_known_mail", "None: appended", "M-03"),
    ("22_out_of_office", "hr@acme.example: Applicants", "M-08"),
]


class Known(NothingKnown):
    """One work item, created by the mail <known@mails.example>."""

    def by_message_ids(self, ids: Sequence[str]) -> LinkTarget | None:
        if "<known@mails.example>" not in ids:
            return None
        return LinkTarget(1, "100001-T", State.TO_DO, frozenset(("anna@else.example",)))


@pytest.mark.parametrize(("name", "end", "decided_by"), ENDS)
def test_a_mail_from_a_file_ends_where_the_specification_says(
    name: str, end: str, decided_by: str
) -> None:
    """SPEC 5 and 6: from the bytes to the decision; ``decided_by`` is the number that rules."""
    message = read_message((MAILS / f"{name}.eml").read_bytes())
    ends = [
        f"{made.recipient}: {made.route or made.outcome}"
        + (", answered" if made.automated_email else "")
        for made in decide_mail(message, ROUTES, Known())
    ]
    assert "; ".join(ends) == end, decided_by


def test_every_file_is_in_the_table() -> None:
    """SPEC 5: none is forgotten."""
    assert sorted(path.stem for path in MAILS.glob("*.eml")) == [name for name, _, _ in ENDS]
