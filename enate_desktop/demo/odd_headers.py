"""Demo mails whose header fields are odd (RFC 5322, 2047, 6532)."""

from collections.abc import Callable
from email.utils import format_datetime

from enate_desktop.demo.letters import Letter, header_block, text_part, write
from enate_desktop.demo.odd_base import Stamp, fields, simple


def no_message_id(stamp: Stamp) -> bytes:
    """No Message-ID: only the content tells whether it was seen before."""
    return simple(
        stamp,
        "The night report is empty.",
        To="payroll@nordwind.example",
        From="batch@nordwind-uk.example",
        Subject="Night run finished",
        Message_ID=None,
    )


def group_address(stamp: Stamp) -> bytes:
    """A named group of addresses (RFC 5322 3.4)."""
    return simple(
        stamp,
        "The fire drill is on Thursday at 10.",
        To='"HR teams": onboarding@nordwind.example, <rh-france@nordwind.example>;',
        Subject="Fire drill",
    )


def unicode_headers(stamp: Stamp) -> bytes:
    """Headers in plain UTF-8 and an international domain (RFC 6532)."""
    date = format_datetime(stamp.date)
    return (
        f"Date: {date}\r\nFrom: Jürgen Müller <jürgen@papierhaus-müller.example>\r\n"
        "To: invoices.uk@halden.example\r\nSubject: Lieferschein für Düsseldorf\r\n"
        f"Message-ID: {stamp.message_id}\r\nMIME-Version: 1.0\r\n"
    ).encode() + text_part("Der Lieferschein folgt.", "utf-8", "8bit")


def latin_subject(stamp: Stamp) -> bytes:
    """An 8-bit subject in ISO 8859-1 that no header declares."""
    raw = simple(stamp, "See subject.", To="rh-france@nordwind.example", Subject="@@")
    return raw.replace(b"@@", "Congés payés : solde erroné".encode("iso-8859-1"))


def three_hundred_recipients(stamp: Stamp) -> bytes:
    """A circular to 300 people, one of them ours."""
    crowd = [f"colleague{number:03d}@nordwind-uk.example" for number in range(299)]
    crowd.insert(150, "hr@nordwind.example")
    return simple(
        stamp,
        "Dear all, the canteen menu for December is on the intranet.",
        To=",\r\n ".join(crowd),
        Subject="Canteen menu for everybody",
    )


def blind_copy(address: str, subject: str) -> Callable[[Stamp], bytes]:
    """A mail that names no recipient; only the envelope knew."""

    def writer(stamp: Stamp) -> bytes:
        raw = simple(stamp, "For your information.", To="undisclosed-recipients:;", Subject=subject)
        return f"X-Original-To: {address}\r\nDelivered-To: {address}\r\n".encode() + raw

    return writer


def mailing_list(stamp: Stamp) -> bytes:
    """A newsletter with list headers (RFC 2369, RFC 2919)."""
    return simple(
        stamp,
        "This week: parental leave rules change in January.",
        From="HR Weekly <news@hr-weekly.example>",
        To="onboarding@nordwind.example",
        Subject=f"HR Weekly no. {stamp.number}",
        List_Id="<news.hr-weekly.example>",
        List_Unsubscribe="<mailto:leave@hr-weekly.example>",
        Precedence="list",
    )


def out_of_office(stamp: Stamp) -> bytes:
    """An absence notice (RFC 3834)."""
    letter = Letter(
        sender=("Annika Weiß", "annika.weiss@nordwind-deutschland.example"),
        to=(("", "personal@nordwind.example"),),
        subject="Abwesend: bis Ende der Woche nicht im Büro",
        text="Ich bin ab Montag wieder erreichbar.",
        date=stamp.date,
        message_id=stamp.message_id,
        language="de",
        headers=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
    )
    return write(letter)


def unknown_charset(stamp: Stamp) -> bytes:
    """A charset nobody knows, in the subject and in the body."""
    head = header_block(
        fields(
            stamp, To="kadry@nordwind.example", Subject="=?x-unknown?q?Urlop_w_grudniu?="
        ).items()
    )
    return head + b"Content-Type: text/plain; charset=x-unknown\r\n\r\nProsz\xea o urlop.\r\n"


def two_to_headers(stamp: Stamp) -> bytes:
    """To twice, against RFC 5322 3.6."""
    raw = simple(stamp, "Which of you is responsible?", Subject="For both teams")
    return b"To: rrhh@nordwind.example\r\n" + raw


def broken_date(stamp: Stamp) -> bytes:
    """A Date that is none."""
    return simple(
        stamp,
        "Sent from the till.",
        Date="32 Foo 2026 27:99",
        From="till7@halden-stores.example",
        To="reminders.uk@halden.example",
        Subject="Reminder printed at till 7",
    )


def unusable_addresses(stamp: Stamp) -> bytes:
    """Some recipients that are no addresses beside one that is (M-09)."""
    return simple(
        stamp,
        "Does this reach you?",
        To="payroll at nordwind, <@>, onboarding@nordwind.example, a@b@c, x@",
        Subject="Address test",
    )


def split_character(stamp: Stamp) -> bytes:
    """Two encoded words that share one character between them (against RFC 2047 section 5)."""
    return simple(
        stamp,
        "Bitte um Rückruf.",
        To="personal@nordwind.example",
        Subject="=?utf-8?q?R=C3?= =?utf-8?q?=BCckruf_erbeten?=",
    )


def two_senders(stamp: Stamp) -> bytes:
    """Two authors and a Sender (RFC 5322 3.6.2)."""
    return simple(
        stamp,
        "We would both like to work from Lisbon in January.",
        From="Dev Patel <dev.patel@nordwind-uk.example>, olivia.hartley@nordwind-uk.example",
        Sender="dev.patel@nordwind-uk.example",
        Subject="Working abroad",
    )
