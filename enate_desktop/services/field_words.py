"""The names of fields and values in the history, in the words of the forms."""

import re
from collections.abc import Mapping

from enate_desktop.domain.services_catalogue import SERVICES

_FIELDS: Mapping[str, str] = {
    "name": "Name",
    "address": "Email Address",
    "description": "Description",
    "process_id": "Process",
    "category": "Ticket Category",
    "send_automated_emails": "Send Automated Emails",
    "test_mode": "Create Work For Test Mode",
    "only_test_mode": "Only create work in test mode",
    "enabled": "Enable",
    "for_attention": "For Attention",
    "connector_id": "Email Connector Name",
    "important": "Important flag",
    "attachment_types": "Has attachments of type",
    "subject_keywords": "Key words in subject",
    "recipients": "Recipient list includes",
    "senders": "Sender list includes",
    "companies": "Sender's company includes",
    "use_for": "Use for",
    "primary_address": "Primary Email Address",
    "default_sender": "Default sender",
    "after_intake": "After a mail was taken in",
    "action": "Action",
    "folder": "Folder",
    "start_from": "First intake",
    "choice": "Mail",
    "since": "Since",
    "fallback": "Fallback",
    "covers": "Covers",
    "incoming": "Incoming",
    "outgoing": "Outgoing",
    "service": "Email Service",
    "host": "Server",
    "port": "Port",
    "security": "Security",
    "authentication": "Authentication",
    "username": "Username",
    "password": "Password",
    "additional_mailbox": "Additional mailbox",
    "ca_certificate": "Private CA",
    "certificate": "Certificate",
    "certificate_password": "Certificate password",
    "client_secret": "Client secret",
    "oauth_token": "Sign-in",
    "oauth": "OAuth 2.0",
    "provider": "Provider",
    "flow": "Way of signing in",
    "client_id": "Application (client) ID",
    "tenant": "Directory (tenant)",
    "issuer": "Issuer",
    "scopes": "Scopes",
    "categories": "Ticket categories",
    "domains": "Domains",
    "company_id": "Company",
    "retired": "Retired",
    "create_contacts": "Make contacts of unknown senders",
    "link_by_subject": "Append by reference in the subject",
    "poll_seconds": "Seconds between two looks",
    "retry_limit": "Attempts before a connector stops",
    "max_mail_megabytes": "Largest mail (MB)",
    "replayed_mails": "Mails replayed after a change",
    "automated_per_hour": "At most to one address in an hour",
    "acknowledgement_language": "Language when the sender's has no text",
    "sending_tries": "Tries to send an automated email",
    "send_again_when_unsure": "Send once more what may not have left",
    "keep_mail_days": "Keep the originals of mails for (days)",
    "subject": "Subject",
    "body": "Text",
}
_SILENT_PARTS = ("rules",)
_PEM = re.compile(r"-----BEGIN [^-]*-----[^-]*(?:-----END [^-]*-----\s*)?")
"""As the history once told a private CA."""
_VALUES: Mapping[str, Mapping[str, str]] = {
    "service": {key: service.label for key, service in SERVICES.items()},
    "use_for": {"incoming": "Incoming", "outgoing": "Outgoing", "both": "Both"},
    "security": {"tls": "SSL/TLS", "starttls": "STARTTLS", "none": "None"},
    "authentication": {
        "password": "Username and Password",
        "oauth2": "OAuth 2.0",
        "none": "None",
        "certificate": "Authentication Certificate",
    },
    "covers": {"all": "all mail", "primary": "the primary address only"},
    "action": {
        "keep": "leave it and remember it",
        "mark_read": "mark it read",
        "move": "move it to a folder",
        "delete": "delete it",
    },
    "choice": {"new": "only new mail from now", "since": "since a day", "all": "everything"},
}


def field_words(field: str) -> str:
    """``incoming.host`` as ``Incoming › Server``; what is already in words stays."""
    parts = [part for part in field.split(".") if part not in _SILENT_PARTS]
    return " › ".join(_FIELDS.get(part, _as_words(part)) for part in parts)


def value_words(field: str, value: str) -> str:
    """A value of a field as the forms name it: ``gmail_imap`` as ``Gmail (IMAP)``."""
    if "-----BEGIN" in value:
        value = _PEM.sub("a certificate", value)
    return _VALUES.get(field.rpartition(".")[2], {}).get(value, value)


def fields_named(text: str) -> tuple[str, ...]:
    """The fields, as the history writes them, whose words contain ``text``."""
    wanted = text.casefold()
    if not wanted:
        return ()
    ends = [key for key, words in _FIELDS.items() if wanted in words.casefold()]
    starts = ("", "rules.", "fallback.", "incoming.", "outgoing.", "after_intake.", "start_from.")
    return tuple(start + end for end in ends for start in starts)


def _as_words(part: str) -> str:
    return part[:1].upper() + part[1:].replace("_", " ") if part.islower() else part
