"""Demo mails whose structure is odd (RFC 2045, 2231, 3464)."""

from enate_desktop.demo.letters import file_part, header_block, multipart, text_part, words
from enate_desktop.demo.odd_base import Stamp, fields, simple, with_parts
from enate_desktop.demo.samples import pdf, png


def no_from(stamp: Stamp) -> bytes:
    """No From at all, as some scanners send."""
    return with_parts(
        stamp,
        "mixed",
        (text_part("Scan of floor 2", "us-ascii", "7bit"), file_part("scan0001.pdf")),
        From=None,
        Subject="Scan to mail",
    )


def unclosed_multipart(stamp: Stamp) -> bytes:
    """A multipart cut off in the middle of its attachment."""
    whole = with_parts(
        stamp,
        "mixed",
        (text_part("Our invoice.", "us-ascii", "7bit"), file_part("invoice_cut.pdf")),
        From="Harbour Logistics <invoices@harbour-logistics.example>",
        To="invoices.uk@halden.example",
        Subject="Invoice 7781 (sent twice, line dropped)",
    )
    return whole[:-160]


def broken_base64(stamp: Stamp) -> bytes:
    """An attachment whose base64 is no base64."""
    part = file_part("claim.pdf").partition(b"\r\n\r\n")[0] + b"\r\n\r\n%%% not base64 \xff %%%\r\n"
    return with_parts(
        stamp,
        "mixed",
        (text_part("My claim.", "us-ascii", "7bit"), part),
        To="expenses@nordwind.example",
        Subject="Expenses, second try",
    )


def continued_file_name(stamp: Stamp) -> bytes:
    """A file name in RFC 2231 continuations, with a charset and a language."""
    parameters = (
        "filename*0*=utf-8'de'%C3%9Cbersicht%20der%20;\r\n"
        " filename*1*=Lieferungen%20und%20;\r\n filename*2=Rechnungen.pdf"
    )
    part = file_part("x.pdf", pdf("Invoices"), parameters=parameters)
    return with_parts(
        stamp,
        "mixed",
        (text_part("Anbei die Übersicht.", "utf-8", "8bit"), part),
        From="Papierhaus <rechnung@xn--papierhaus-mller-szb.example>",
        To="invoices.uk@halden.example",
        Subject="Rechnungen Oktober",
    )


def encoded_file_name(stamp: Stamp) -> bytes:
    """A file name as an encoded word inside quotes: forbidden by RFC 2047, common all the same."""
    name = words("Lohnübersicht November.xlsx", "utf-8", "")
    part = file_part("x.xlsx", parameters=f'filename="{name}"')
    return with_parts(
        stamp,
        "mixed",
        (text_part("Siehe Anhang.", "utf-8", "8bit"), part),
        From="Annika =?utf-8?q?Wei=C3=9F?= <annika.weiss@nordwind-deutschland.example>",
        To="payroll@nordwind.example",
        Subject="=?iso-8859-1?q?Lohn=FCbersicht?=",
    )


def bounce(stamp: Stamp) -> bytes:
    """A delivery report with an empty return path (RFC 3464)."""
    status = (
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        b"Final-Recipient: rfc822; nobody@voltera.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    )
    notice = text_part("Your mail could not be delivered: no such user.", "us-ascii", "7bit")
    named = fields(
        stamp,
        From="Mail Delivery System <MAILER-DAEMON@mx.example>",
        To="payroll@nordwind.example",
        Subject="Undelivered Mail Returned to Sender",
        Auto_Submitted="auto-replied",
    )
    head = header_block((("Return-Path", "<>"), *named.items()))
    parameters = "; report-type=delivery-status"
    return head + multipart("report", (notice, status), f"=odd-{stamp.number}=", parameters)


def empty(stamp: Stamp) -> bytes:
    """Neither subject nor text, sent by accident."""
    return header_block(fields(stamp, Subject=None, MIME_Version=None).items()) + b"\r\n"


def forwarded(stamp: Stamp) -> bytes:
    """A mail inside a mail."""
    inner = simple(
        Stamp(stamp.date, stamp.number + 10_000),
        "Please pay soon.",
        From="Harbour Logistics <invoices@harbour-logistics.example>",
        To="store.leeds@halden-stores.example",
        Subject="Invoice 5512",
    )
    part = b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + inner
    return with_parts(
        stamp,
        "mixed",
        (text_part("This one came to the store.", "us-ascii", "7bit"), part),
        From="Halden Leeds <store.leeds@halden-stores.example>",
        To="invoices.uk@halden.example",
        Subject="Fwd: Invoice 5512",
    )


def rich_text_container(stamp: Stamp) -> bytes:
    """Outlook's winmail.dat instead of the attachments."""
    part = file_part("winmail.dat", b"\x78\x9f\x3e\x22\x01\x00")
    return with_parts(
        stamp,
        "mixed",
        (text_part("The form is attached.", "us-ascii", "7bit"), part),
        To="onboarding@nordwind.example",
        Subject="Starter form from Outlook",
    )


def invitation(stamp: Stamp) -> bytes:
    """A meeting invitation (RFC 6047)."""
    event = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Demo//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\n"
        f"UID:{stamp.number}@mail.example\nDTSTAMP:20261101T090000Z\nDTSTART:20261201T090000Z\n"
        "SUMMARY:Handover\nEND:VEVENT\nEND:VCALENDAR"
    )
    calendar = text_part(event, "utf-8", "8bit", "calendar")
    return with_parts(
        stamp,
        "alternative",
        (text_part("Invitation: Handover", "us-ascii", "7bit"), calendar),
        To="rrhh@nordwind.example",
        Subject="Invitation: Handover",
    )


def inline_logo(stamp: Stamp) -> bytes:
    """A signature picture with a Content-ID, which is no attachment (Q-2)."""
    page = text_part('<p>Thanks</p><img src="cid:logo@mail">', "utf-8", "8bit", "html")
    picture = file_part("logo.png", png(), parameters='filename="logo.png"').replace(
        b"Content-Disposition: attachment",
        b"Content-ID: <logo@mail>\r\nContent-Disposition: inline",
    )
    return with_parts(
        stamp, "related", (page, picture), To="expenses@nordwind.example", Subject="Receipt follows"
    )


def nameless_pdf(stamp: Stamp) -> bytes:
    """A PDF without any name: only its media type tells what it is."""
    part = file_part("x.pdf", pdf("Invoice 9003"), parameters="")
    return with_parts(
        stamp,
        "mixed",
        (text_part("Invoice 9003", "us-ascii", "7bit"), part),
        From="Harbour Logistics <invoices@harbour-logistics.example>",
        To="invoices.uk@halden.example",
        Subject="Invoice 9003",
    )


def nested_parts(stamp: Stamp) -> bytes:
    """Twenty multiparts inside one another."""
    part = text_part("At the bottom.", "us-ascii", "7bit")
    for level in range(20):
        part = multipart("mixed", (part,), f"=level-{level}-{stamp.number}=")
    return header_block(fields(stamp, Subject="Fwd: Fwd: Fwd: a long story").items()) + part
