"""The words of a repair: from where to where, and what the history tells of it (X-07)."""

from collections.abc import Mapping

from enate_desktop.domain.history import HistoryLine
from enate_desktop.domain.work_items import Handling
from enate_desktop.routing.analysis.replay import UNHANDLED
from enate_desktop.routing.explanation import Decision, Outcome
from enate_desktop.services.handling import named
from enate_desktop.services.hindsight import Pair
from enate_desktop.services.repair_steps import is_made
from enate_desktop.services.route_tables import process_paths
from enate_desktop.services.work_item_views import WORK_ITEM
from enate_desktop.storage.repairs import Step
from enate_desktop.storage.unit_of_work import UnitOfWork

NOTHING_MADE = "No work item"
"""Where a recipient comes from for which nothing was made before."""


def from_to(pair: Pair, paths: Mapping[int, str]) -> tuple[str, str]:
    """From → to; processes are named only where the routes have one name."""
    source, target = _name(pair.then), _name(pair.now)
    if source == target and pair.then is not None and pair.now is not None:
        return _detail(pair.then, paths), _detail(pair.now, paths)
    return source, target


def _name(decision: Decision | None) -> str:
    if decision is None:
        return NOTHING_MADE
    return UNHANDLED if decision.outcome is Outcome.UNHANDLED else decision.route or NOTHING_MADE


def _detail(decision: Decision, paths: Mapping[int, str]) -> str:
    process = paths.get(decision.process_id or 0, "a process that is gone").rpartition(" > ")[2]
    parts = [process, decision.category or "", "test" if decision.test_mode else "live"]
    return f"{decision.route} ({', '.join(part for part in parts if part)})"


def history_lines(work: UnitOfWork, step: Step) -> list[HistoryLine]:
    """What the histories of the work items of a step tell."""
    name = named(work, step.after)
    if step.before is None or is_made(step):
        made = HistoryLine(WORK_ITEM, step.work_item_id, name, "made by repair")
        if step.replaced_id is None:
            return [made]
        former = work.work_items.get(step.replaced_id)
        words = former.reference if former else ""
        told = HistoryLine(WORK_ITEM, step.replaced_id, words, "replaced", "work item", words, name)
        return [made, told]
    fields = _changed(step.before, step.after, process_paths(work))
    return [HistoryLine(WORK_ITEM, step.work_item_id, name, "repaired", *one) for one in fields]


def _changed(
    before: Handling, after: Handling, paths: Mapping[int, str]
) -> list[tuple[str, str, str]]:
    both = (before, after)
    told = {
        "route": [one.route for one in both],
        "process_id": [paths.get(one.process_id, "") for one in both],
        "category": [one.category or "–" for one in both],
        "test_mode": ["on" if one.test_mode else "off" for one in both],
    }
    return [(field, old, new) for field, (old, new) in told.items() if old != new]


def mails_counted(count: int) -> str:
    """``1 mail``, ``2 mails``."""
    return "1 mail" if count == 1 else f"{count:,} mails"
