"""Taking back what people and repairs did with work items (X-07, X-08)."""

from typing_extensions import override

from enate_desktop.domain.errors import RefusedError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.work_items import Handling, Repaired
from enate_desktop.services.changes import Changes
from enate_desktop.services.handling import HandlingService
from enate_desktop.services.repair import RepairService
from enate_desktop.services.restorable import ComparedField, Restorable
from enate_desktop.storage.unit_of_work import UnitOfWork


class WorkItems(Restorable[Handling]):
    """The state that a person gave a work item."""

    permission = Permission.HANDLE_MAIL

    @override
    def present(self, work: UnitOfWork, state: Handling) -> Handling | None:
        return work.work_items.handling(state.id)

    @override
    def change(self, now: Handling, wanted: Handling) -> Changes:
        return HandlingService(self.restoring).set_state([now.id], wanted.state)


class Repairs(Restorable[Repaired]):
    """Mails that were routed again."""

    permission = Permission.HANDLE_MAIL

    @override
    def present(self, work: UnitOfWork, state: Repaired) -> Repaired | None:
        return state if work.repairs.last_steps(state.intake_ids) else None

    @override
    def rows(
        self,
        work: UnitOfWork,
        before: Repaired | None,
        after: Repaired | None,
        now: Repaired | None,
    ) -> tuple[ComparedField, ...]:
        return ()

    @override
    def change(self, now: Repaired, wanted: Repaired) -> Changes:
        raise RefusedError("A repair has no values.", "Take it back, or repair again.")

    @override
    def remove(self, now: Repaired) -> Changes:
        return RepairService(self.restoring).take_back(now)

    @override
    def bring_back(self, state: Repaired) -> Changes:
        return RepairService(self.restoring).run(state.intake_ids)

    @override
    def foresee_removal(self, work: UnitOfWork, now: Repaired) -> tuple[str, ...]:
        return (
            "The work items go back to where they were; those that were made are closed.",
            "Work that was begun since is left alone.",
        )

    @override
    def foresee_return(self, work: UnitOfWork, state: Repaired) -> tuple[str, ...]:
        return ("The mails are routed again by the present routes.",)
