"""The demo's odd mails: what real mailboxes hold beside well-formed letters (MAIL 4)."""

from enate_desktop.demo import odd_bodies, odd_headers
from enate_desktop.demo.odd_base import OddMail

HR, PAYROLL, FINANCE = "hr.emea", "payroll", "finance.uk"

ODD_MAILS: tuple[OddMail, ...] = (
    OddMail(HR, odd_bodies.no_from),
    OddMail(PAYROLL, odd_headers.no_message_id),
    OddMail(FINANCE, odd_bodies.unclosed_multipart),
    OddMail(PAYROLL, odd_bodies.broken_base64),
    OddMail(FINANCE, odd_bodies.continued_file_name),
    OddMail(PAYROLL, odd_bodies.encoded_file_name),
    OddMail(HR, odd_headers.group_address),
    OddMail(FINANCE, odd_headers.unicode_headers),
    OddMail(HR, odd_headers.latin_subject),
    OddMail(HR, odd_headers.three_hundred_recipients),
    OddMail(
        HR, odd_headers.blind_copy("onboarding@nordwind.example", "Reference check, confidential")
    ),
    OddMail(PAYROLL, odd_headers.blind_copy("payroll@nordwind.example", "Salary bands, draft")),
    OddMail(
        FINANCE,
        odd_headers.blind_copy("invoices.uk@halden.example", "Supplier audit, confidential"),
    ),
    OddMail(HR, odd_headers.mailing_list),
    OddMail(HR, odd_headers.mailing_list),
    OddMail(HR, odd_headers.out_of_office),
    OddMail(HR, odd_headers.out_of_office),
    OddMail(HR, odd_headers.out_of_office),
    OddMail(PAYROLL, odd_bodies.bounce),
    OddMail(PAYROLL, odd_bodies.bounce),
    OddMail(HR, odd_headers.unknown_charset),
    OddMail(HR, odd_bodies.empty),
    OddMail(FINANCE, odd_bodies.forwarded),
    OddMail(FINANCE, odd_bodies.forwarded),
    OddMail(HR, odd_headers.two_to_headers),
    OddMail(FINANCE, odd_headers.broken_date),
    OddMail(HR, odd_bodies.rich_text_container),
    OddMail(HR, odd_bodies.invitation),
    OddMail(HR, odd_bodies.invitation),
    OddMail(PAYROLL, odd_bodies.inline_logo),
    OddMail(FINANCE, odd_bodies.nameless_pdf),
    OddMail(HR, odd_headers.unusable_addresses),
    OddMail(HR, odd_bodies.nested_parts),
    OddMail(HR, odd_headers.split_character),
    OddMail(HR, odd_headers.two_senders),
)
"""Every odd mail of the demo with its mailbox; some come more than once."""
