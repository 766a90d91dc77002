"""What was decided about a mail and why, as values, as JSON and as a short text to keep (M-12)."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Any

from enate_desktop.domain.routes import Block

DETAILS_KEPT = 40
"""Routes whose rules failed that a stored explanation keeps rule by rule; the nearest ones."""


class Outcome(StrEnum):
    """What becomes of a mail for one recipient."""

    CREATED = "created"
    APPENDED = "appended"
    UNHANDLED = "unhandled"
    OWN = "own"
    DUPLICATE = "duplicate"


class Result(StrEnum):
    """What came of trying one route."""

    TOOK = "took"
    OFF = "off"
    ADDRESS_DIFFERS = "address_differs"
    RULE_FAILED = "rule_failed"
    NOT_EVALUATED = "not_evaluated"


class RuleName(StrEnum):
    """The six rules as SPEC section 5 and the interface name them, in that order."""

    IMPORTANT = "Important flag"
    ATTACHMENTS = "Has attachments of type"
    SUBJECT = "Key words in subject"
    RECIPIENTS = "Recipient list includes"
    SENDERS = "Sender list includes"
    COMPANIES = "Sender's company includes"


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One filled rule: what was asked, what the mail had (the nearest miss when not ``true``)."""

    rule: RuleName
    asked: str
    found: str
    true: bool


@dataclass(frozen=True, slots=True)
class RouteTrace:
    """One route that was tried, or a run of ``count`` routes with the same result when stored."""

    route: str
    route_id: int
    result: Result
    rules: tuple[RuleTrace, ...] = ()
    count: int = 1

    @property
    def label(self) -> str:
        """The name of the route; of a run, ``France and 11 more``."""
        return self.route if self.count == 1 else f"{self.route} and {self.count - 1} more"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one recipient of one mail.

    ``recipient`` is None when no To/CC address took part. ``work_item_id`` is what an appended mail
    joins, ``follows_id`` the closed work item a new one is linked to (M-03), ``stranger`` that the
    sender takes no part in it so far, ``rejected`` that the Ticket is to be closed as spam (M-10),
    ``revision`` the configuration it was decided with. ``trace`` is empty unless asked for.
    """

    recipient: str | None
    outcome: Outcome
    route: str | None = None
    route_id: int | None = None
    block: Block | None = None
    process_id: int | None = None
    category: str | None = None
    test_mode: bool = False
    automated_email: bool = False
    reason: str = ""
    trace: tuple[RouteTrace, ...] = ()
    work_item_id: int | None = None
    follows_id: int | None = None
    stranger: bool = False
    rejected: bool = False
    revision: int = 0


def decision_json(decision: Decision, process_path: Callable[[int], str]) -> dict[str, Any]:
    """``decision`` in the shape of SPEC 11; ``process_path`` names a process by id."""
    process_id = decision.process_id
    return {
        "recipient": decision.recipient,
        "outcome": decision.outcome.value,
        "route": decision.route,
        "block": decision.block.value if decision.block else None,
        "process": process_path(process_id) if process_id is not None else None,
        "category": decision.category,
        "test_mode": decision.test_mode,
        "automated_email": decision.automated_email,
        "reason": decision.reason,
        "trace": [
            {
                "route": step.label,
                "result": step.result.value,
                "rules": [
                    {
                        "rule": rule.rule.value,
                        "asked": rule.asked,
                        "found": rule.found,
                        "true": rule.true,
                    }
                    for rule in step.rules
                ],
            }
            for step in decision.trace
        ],
    }


_RESULTS = tuple(Result)
_RULES = tuple(RuleName)
_PLAIN = ("recipient", "route", "route_id", "process_id", "category", "reason")
_EXTRA = ("test_mode", "automated_email", "work_item_id", "follows_id", "stranger", "rejected")


def to_stored(decision: Decision) -> str:
    """A short JSON text of ``decision`` to keep with the mail.

    Runs of routes without details become one entry with their number; of the routes whose rules
    failed, those before the last :data:`DETAILS_KEPT` lose theirs. ASCII only.
    """
    facts: dict[str, Any] = {name: getattr(decision, name) for name in _PLAIN}
    facts |= {name: value for name in _EXTRA if (value := getattr(decision, name))}
    facts["outcome"] = decision.outcome.value
    facts["block"] = decision.block.value if decision.block else None
    facts["revision"] = decision.revision
    facts["trace"] = [_packed(step) for step in shortened(decision.trace)]
    return json.dumps(
        {name: value for name, value in facts.items() if value not in (None, "", [])},
        separators=(",", ":"),
    )


def from_stored(text: str) -> Decision:
    """The decision :func:`to_stored` wrote; raises ValueError when ``text`` is something else."""
    try:
        facts: dict[str, Any] = json.loads(text)
        values = {name: facts[name] for name in (*_PLAIN, *_EXTRA) if name in facts}
        values.setdefault("recipient", None)
        return Decision(
            outcome=Outcome(facts["outcome"]),
            block=Block(facts["block"]) if "block" in facts else None,
            revision=facts.get("revision", 0),
            trace=tuple(_unpacked(step) for step in facts.get("trace", ())),
            **values,
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"no stored decision: {text[:80]!r}") from error


def shortened(trace: Iterable[RouteTrace]) -> tuple[RouteTrace, ...]:
    """``trace`` with routes of the same result and no details joined into runs."""
    steps = tuple(trace)
    detailed = [place for place, step in enumerate(steps) if step.result is Result.RULE_FAILED]
    first_kept = detailed[-DETAILS_KEPT] if len(detailed) > DETAILS_KEPT else 0
    return tuple(_runs(steps, first_kept))


def _runs(steps: tuple[RouteTrace, ...], first_kept: int) -> Iterator[RouteTrace]:
    def own_entry(place: int) -> bool:
        step = steps[place]
        return step.result is Result.TOOK or (bool(step.rules) and place >= first_kept)

    def key(place: int) -> tuple[Result, int]:
        return (steps[place].result, place if own_entry(place) else -1)

    for (_, alone), places in groupby(range(len(steps)), key):
        run = [steps[place] for place in places]
        if alone >= 0:
            yield run[0]
        else:
            yield replace(run[0], rules=(), count=sum(step.count for step in run))


def _packed(step: RouteTrace) -> list[Any]:
    rules = [
        [_RULES.index(rule.rule), rule.asked, rule.found, int(rule.true)] for rule in step.rules
    ]
    tail: list[Any] = [rules] if step.count == 1 else [rules, step.count]
    head = [_RESULTS.index(step.result), step.route_id, step.route]
    return head + (tail if rules or step.count > 1 else [])


def _unpacked(step: list[Any]) -> RouteTrace:
    rules = step[3] if len(step) > 3 else ()
    return RouteTrace(
        route=step[2],
        route_id=step[1],
        result=_RESULTS[step[0]],
        rules=tuple(
            RuleTrace(_RULES[rule], asked, found, bool(true)) for rule, asked, found, true in rules
        ),
        count=step[4] if len(step) > 4 else 1,
    )
