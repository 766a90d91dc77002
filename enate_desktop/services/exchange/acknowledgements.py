"""Acknowledgement templates in the configuration file (SPEC 11, O-01)."""

from typing import Any

from enate_desktop.domain.errors import InputError
from enate_desktop.domain.outbox import Template
from enate_desktop.domain.people import Permission
from enate_desktop.services.context import Context
from enate_desktop.services.exchange.reader import Section, unusable
from enate_desktop.services.templates import check_template, save_template
from enate_desktop.storage.unit_of_work import UnitOfWork

KEY = "acknowledgements"


def exported(work: UnitOfWork) -> list[dict[str, Any]]:
    """The templates that somebody wrote; built-in ones need no export."""
    return [
        {"language": one.language, "subject": one.subject, "body": one.body}
        for one in work.templates.all()
    ]


def import_acknowledgements(context: Context, work: UnitOfWork, top: Section) -> None:
    """Keep the templates given; those in other languages stay."""
    for section in top.sections(KEY, "language"):
        given = Template(section.text("language"), section.text("subject"), section.text("body"))
        section.done()
        try:
            wanted = check_template(given)
        except InputError as error:
            raise unusable(section.where, f"cannot be used. {error.title}") from None
        if wanted not in work.templates.all():
            context.need(Permission.CHANGE_SETTINGS, work)
            save_template(context, work, wanted)
