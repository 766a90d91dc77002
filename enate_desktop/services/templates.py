"""Acknowledgement templates: one for each language, edited, previewed and taken back (O-01)."""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from enate_desktop.domain.errors import InputError, NotFoundError
from enate_desktop.domain.outbox import Template
from enate_desktop.domain.people import Permission
from enate_desktop.services.changes import NOTHING, Changes
from enate_desktop.services.context import Context
from enate_desktop.services.differences import differences
from enate_desktop.services.placeholders import (
    BUILT_IN,
    PLACEHOLDERS,
    SAMPLE,
    all_templates,
    filled,
    problems,
)
from enate_desktop.storage.unit_of_work import UnitOfWork

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}\Z")
_MOST_SUBJECT, _MOST_BODY = 200, 20_000


@dataclass(frozen=True, slots=True)
class Preview:
    """A template filled in; ``problems`` are sentences about what a person should mend."""

    subject: str
    body: str
    problems: tuple[str, ...]


class TemplateService:
    """The acknowledgement in every language it is written in."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def all(self) -> tuple[Template, ...]:
        """Every template, built-in ones included, by language."""
        with self._context.database.read() as work:
            return all_templates(work.templates.all())

    def built_in(self, language: str) -> Template | None:
        """What the program itself says in a language, or None."""
        return next((one for one in BUILT_IN if one.language == language), None)

    def placeholders(self) -> Mapping[str, str]:
        """What may stand in braces, with what it becomes."""
        return PLACEHOLDERS

    def preview(self, template: Template, work_item_id: int | None = None) -> Preview:
        """The template filled with a work item, or with a sample where there is none."""
        values = SAMPLE
        if work_item_id is not None:
            with self._context.database.read() as work:
                values = _values(work, work_item_id) or SAMPLE
        subject = " ".join(filled(template.subject, values).split())
        return Preview(subject, filled(template.body, values), problems(template))

    def save(self, template: Template) -> Changes:
        """Keep a template in place of the one in its language; InputError for an unusable one."""
        self._context.need(Permission.CHANGE_SETTINGS)
        wanted = _usable(template)
        with self._context.database.write() as work:
            return Changes(outbox=True) if save_template(self._context, work, wanted) else NOTHING

    def remove(self, language: str) -> Changes:
        """Forget what was written in a language; a built-in text takes its place, if any."""
        self._context.need(Permission.CHANGE_SETTINGS)
        with self._context.database.write() as work:
            before = next((t for t in work.templates.all() if t.language == language), None)
            if before is None:
                raise NotFoundError(
                    f'Nothing of its own was written in "{language}".', "Nothing was changed."
                )
            work.templates.remove(language)
            after = self.built_in(language)
            changes = differences(before, after) if after else ()
            action = "changed" if after else "deleted"
            _note(self._context, work, language, action, changes, before, after)
        return Changes(outbox=True)


def save_template(context: Context, work: UnitOfWork, wanted: Template) -> bool:
    """Keep a usable template and tell the history; False when it was so before."""
    present = {one.language: one for one in all_templates(work.templates.all())}
    before = present.get(wanted.language)
    if before == wanted:
        return False
    work.templates.put(wanted)
    changes = differences(before, wanted) if before else ()
    _note(context, work, wanted.language, "changed" if before else "added", changes, before, wanted)
    return True


def check_template(template: Template) -> Template:
    """``template`` as it is kept; InputError, naming the field, for an unusable one."""
    return _usable(template)


def _usable(template: Template) -> Template:
    language = template.language.strip().lower().replace("_", "-")
    if not _LANGUAGE.match(language):
        raise InputError(
            f'"{template.language}" is no language.',
            "Nothing was changed. Write a tag such as en, fr or pt-br.",
            field="language",
        )
    subject = " ".join(template.subject.split())
    body = template.body.replace("\r\n", "\n").replace("\r", "\n")
    for name, text, most in (("subject", subject, _MOST_SUBJECT), ("body", body, _MOST_BODY)):
        shown = "subject" if name == "subject" else "text"
        if not text.strip():
            raise InputError(f"The {shown} is empty.", "Nothing was changed.", field=name)
        if len(text) > most:
            raise InputError(
                f"The {shown} has {len(text)} characters; the limit is {most}.",
                "Nothing was changed.",
                field=name,
            )
    return replace(template, language=language, subject=subject, body=body)


def _note(
    context: Context,
    work: UnitOfWork,
    language: str,
    action: str,
    changes: tuple[tuple[str, str, str], ...],
    before: Template | None,
    after: Template | None,
) -> None:
    # A template has no number; the history knows things by one.
    number = zlib.crc32(language.encode())
    context.note(work, "template", number, language, action, *changes, before=before, after=after)


def _values(work: UnitOfWork, work_item_id: int) -> Mapping[str, str] | None:
    item = work.work_item_lists.get(work_item_id)
    if item is None:
        return None
    process = work.directory.process_map().get(item.process_id)
    contact = next((c for c in work.companies.contacts() if c.address == item.sender), None)
    return {
        "reference": item.reference,
        "subject": item.subject,
        "sender_name": (contact.name if contact else "") or item.sender,
        "sender": item.sender,
        "process": process.name if process else "",
        "category": item.category or "",
        "received": f"{item.created:%Y-%m-%d %H:%M}",
        "connector": item.connector,
        "address": item.recipient or "",
    }
