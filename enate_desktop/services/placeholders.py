"""What a template may say: its placeholders, how they are filled, and the texts it begins with."""

import re
from collections.abc import Mapping, Sequence

from enate_desktop.domain.outbox import Template

PLACEHOLDERS: Mapping[str, str] = {
    "reference": "the reference of the work item, such as 101203-T",
    "subject": "the subject of the mail",
    "sender_name": "the sender's name, or the address where there is none",
    "sender": "the sender's address",
    "process": "the process of the work item",
    "category": "the ticket category, or nothing",
    "received": "when the mail was taken in (UTC)",
    "connector": "the name of the connector",
    "address": "the address the mail was sent to",
}
"""What may stand in braces, with what it becomes."""
SAMPLE: Mapping[str, str] = {
    "reference": "101203-T",
    "subject": "A question about my payslip",
    "sender_name": "Marie Durand",
    "sender": "marie.durand@example.com",
    "process": "HR query",
    "category": "Payroll",
    "received": "2026-11-23 09:15",
    "connector": "HR EMEA",
    "address": "hr@example.com",
}
BUILT_IN: tuple[Template, ...] = (
    Template(
        "de",
        "[{reference}] Wir haben Ihre Nachricht erhalten",
        "Guten Tag {sender_name},\n\nvielen Dank für Ihre Nachricht. Wir haben sie unter dem"
        " Zeichen {reference} aufgenommen.\n\nBetreff: {subject}\n\nWenn Sie etwas ergänzen"
        " möchten, antworten Sie bitte auf diese E-Mail und lassen Sie das Zeichen im"
        " Betreff stehen.\n\n"
        "Diese E-Mail wurde automatisch versandt.\n",
    ),
    Template(
        "en",
        "[{reference}] We have received your message",
        "Hello {sender_name},\n\nthank you for your message. We have taken it in under the"
        " reference {reference}.\n\nSubject: {subject}\n\nIf you want to add something, please"
        " answer this email and leave the reference in its subject.\n\n"
        "This email was sent automatically.\n",
    ),
    Template(
        "fr",
        "[{reference}] Nous avons bien reçu votre message",
        "Bonjour {sender_name},\n\nmerci de votre message. Nous l'avons enregistré sous la"
        " référence {reference}.\n\nObjet : {subject}\n\nPour ajouter une information, répondez à"
        " ce courriel en laissant la référence dans l'objet.\n\n"
        "Ce courriel a été envoyé automatiquement.\n",
    ),
)
"""Used until somebody writes other ones."""
_LONGEST = 200
_MISLEADING = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PLACEHOLDER = re.compile(r"\{([^{}\r\n]{0,60})\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with every known placeholder replaced once; what is filled in never expands."""
    return _PLACEHOLDER.sub(lambda found: _shown(values, found), text)


def _shown(values: Mapping[str, str], found: re.Match[str]) -> str:
    """Bounded: an answer to a forged sender must not carry a stranger's text far (MAIL 4 D 79)."""
    value = values.get(found[1].strip())
    if value is None:
        return found[0]
    shown = _MISLEADING.sub("", value)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def problems(template: Template) -> tuple[str, ...]:
    """What is wrong with a template, in sentences."""
    found = []
    for name, text in (("subject", template.subject), ("text", template.body)):
        if not text.strip():
            found.append(f"The {name} is empty.")
        unknown = dict.fromkeys(m.strip() for m in _PLACEHOLDER.findall(text))
        found += [
            f"There is no placeholder {{{one}}}; it stays in the {name} as it is."
            for one in unknown
            if one not in PLACEHOLDERS
        ]
    return tuple(found)


def all_templates(stored: Sequence[Template]) -> tuple[Template, ...]:
    """The stored templates and the built-in ones of the other languages, by language."""
    known = {template.language: template for template in (*BUILT_IN, *stored)}
    return tuple(known[language] for language in sorted(known))


def in_language(templates: Sequence[Template], wish: str, usual: str) -> Template:
    """The template for a sender's ``wish``: exactly, else its main language, else ``usual``."""
    known = {template.language: template for template in templates}
    for tag in (wish.lower(), wish.lower().partition("-")[0], usual.lower(), "en"):
        if tag in known:
            return known[tag]
    return templates[0]
