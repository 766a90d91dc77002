"""Value objects as JSON text in a column, and back."""

import json
from dataclasses import asdict, fields
from datetime import datetime
from functools import lru_cache

from enate_desktop.domain.addresses import parse_pattern
from enate_desktop.domain.certificates import CertificateFacts
from enate_desktop.domain.connectors import Authentication, Security, ServerSettings
from enate_desktop.domain.messages import Attachment, Message
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from enate_desktop.domain.rules import Rules


def rules_text(rules: Rules) -> str:
    """``rules`` as JSON; empty rules are left out."""
    facts: dict[str, object] = {
        "important": rules.important,
        "attachment_types": list(rules.attachment_types),
        "subject_keywords": list(rules.subject_keywords),
        "recipients": [str(pattern) for pattern in rules.recipients],
        "senders": [str(pattern) for pattern in rules.senders],
        "companies": list(rules.companies),
    }
    return json.dumps({key: value for key, value in facts.items() if value}, ensure_ascii=False)


# The same routes are read again and again: by every move, replay and look at the warnings.
@lru_cache(maxsize=16_384)
def rules_value(text: str) -> Rules:
    """The rules behind the JSON of :func:`rules_text`."""
    facts = json.loads(text)
    return Rules(
        important=facts.get("important", False),
        attachment_types=tuple(facts.get("attachment_types", ())),
        subject_keywords=tuple(facts.get("subject_keywords", ())),
        recipients=tuple(parse_pattern(value) for value in facts.get("recipients", ())),
        senders=tuple(parse_pattern(value) for value in facts.get("senders", ())),
        companies=tuple(facts.get("companies", ())),
    )


def server_text(settings: ServerSettings | None) -> str | None:
    """``settings`` as JSON; they hold no secret."""
    if settings is None:
        return None
    return json.dumps(asdict(settings), ensure_ascii=False, default=datetime.isoformat)


def server_value(text: str | None) -> ServerSettings | None:
    """The settings behind the JSON of :func:`server_text`."""
    if text is None:
        return None
    facts = json.loads(text)
    facts["security"] = Security(facts["security"])
    facts["authentication"] = Authentication(facts["authentication"])
    oauth, certificate = facts.get("oauth"), facts.get("certificate")
    if oauth is not None:
        oauth["provider"] = OAuthProvider(oauth["provider"])
        oauth["flow"] = OAuthFlow(oauth["flow"])
        facts["oauth"] = OAuthSettings(**{**oauth, "scopes": tuple(oauth["scopes"])})
    if certificate is not None:
        for key in ("not_before", "not_after"):
            certificate[key] = datetime.fromisoformat(certificate[key])
        facts["certificate"] = CertificateFacts(**certificate)
    return ServerSettings(**facts)


def message_text(message: Message) -> str:
    """``message`` as JSON; defaults are left out, because one is kept for every mail."""
    facts: dict[str, object] = {}
    for field in fields(Message):
        value = getattr(message, field.name)
        if value == field.default:
            continue
        if isinstance(value, datetime):
            value = value.isoformat()
        facts[field.name] = value
    if message.attachments:
        facts["attachments"] = [[a.name, a.media_type, a.size] for a in message.attachments]
    return json.dumps(facts, ensure_ascii=False)


def message_value(text: str) -> Message:
    """The message behind the JSON of :func:`message_text`."""
    facts = json.loads(text)
    for key, value in facts.items():
        if isinstance(value, list) and key != "attachments":
            facts[key] = tuple(value)
    facts["attachments"] = tuple(Attachment(*a) for a in facts.get("attachments", ()))
    if facts.get("date"):
        facts["date"] = datetime.fromisoformat(facts["date"])
    return Message(**facts)
