"""Taking changes of acknowledgement templates back (X-08)."""

from typing_extensions import override

from enate_desktop.domain.outbox import Template
from enate_desktop.domain.people import Permission
from enate_desktop.services.changes import Changes
from enate_desktop.services.placeholders import all_templates
from enate_desktop.services.restorable import Restorable
from enate_desktop.services.templates import TemplateService
from enate_desktop.storage.unit_of_work import UnitOfWork


class Templates(Restorable[Template]):
    """The acknowledgement in one language."""

    permission = Permission.CHANGE_SETTINGS

    @override
    def present(self, work: UnitOfWork, state: Template) -> Template | None:
        known = all_templates(work.templates.all())
        return next((one for one in known if one.language == state.language), None)

    @override
    def change(self, now: Template, wanted: Template) -> Changes:
        return TemplateService(self.restoring).save(wanted)

    @override
    def remove(self, now: Template) -> Changes:
        return TemplateService(self.restoring).remove(now.language)

    @override
    def bring_back(self, state: Template) -> Changes:
        return TemplateService(self.restoring).save(state)

    @override
    def foresee_removal(self, work: UnitOfWork, now: Template) -> tuple[str, ...]:
        return (f'The acknowledgement in "{now.language}" is removed.',)

    @override
    def foresee_return(self, work: UnitOfWork, state: Template) -> tuple[str, ...]:
        return (f'The acknowledgement in "{state.language}" comes back.',)
