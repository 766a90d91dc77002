"""Own mail, duplicates and replies, before any route is asked (M-01 to M-03)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from enate_desktop.domain.messages import Message
from enate_desktop.domain.routes import Covers
from enate_desktop.domain.work_items import State
from enate_desktop.routing.decision import decide_mail, resolution_key
from enate_desktop.routing.explanation import Decision, Outcome
from enate_desktop.routing.linking import LinkTarget, NothingKnown
from tests.routing.builders import PRIMARY, mail, route, table

PAY = "pay@acme.example"
_PRIMARY_ONLY = Covers.PRIMARY
ANNA = "anna@else.example"


@dataclass
class Known:
    """A store in memory."""

    issued: set[str] = field(default_factory=set)
    mails: dict[str, LinkTarget] = field(default_factory=dict)
    items: dict[str, LinkTarget] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def issued_by_us(self, message_id: str) -> bool:
        return message_id in self.issued

    def by_message_ids(self, ids: Sequence[str]) -> LinkTarget | None:
        self.asked.append(tuple(ids))
        return next((self.mails[key] for key in ids if key in self.mails), None)

    def by_reference(self, reference: str) -> LinkTarget | None:
        self.asked.append((reference,))
        return self.items.get(reference)

    def taken_in(self, key: str) -> bool:
        return key in self.keys


def item(number: int = 3, state: State = State.TO_DO, *people: str) -> LinkTarget:
    return LinkTarget(number, f"{100_000 + number}-T", state, frozenset(people or (ANNA,)))


def decide(message: Message, known: Known, **options: bool) -> tuple[Decision, ...]:
    return decide_mail(message, table(route(name="H"), route(PAY, "P")), known, **options)


def test_our_own_mail_is_dropped() -> None:
    """M-01: before everything else."""
    message = mail(in_reply_to=("<old>",))
    known = Known(issued={message.message_id}, mails={"<old>": item()})
    (decision,) = decide(message, known)
    assert decision.outcome is Outcome.OWN
    assert message.message_id in decision.reason


@pytest.mark.parametrize(("automatic", "outcome"), [
    ("Auto-Submitted: auto-replied", Outcome.OWN),
    ("X-Autoreply", Outcome.OWN),
    ("", Outcome.APPENDED),
    ("List-Id", Outcome.APPENDED),
    ("Precedence: list", Outcome.APPENDED),
    ("X-Auto-Response-Suppress: oof", Outcome.APPENDED),
    ("Content-Type: multipart/report", Outcome.APPENDED),
])  # fmt: skip
def test_an_automatic_answer_to_our_automated_email_is_dropped(
    automatic: str, outcome: Outcome
) -> None:
    """M-08: but no mail of a person, whatever list it went through, and no report of lost mail."""
    message = mail(in_reply_to=("<ours>",), auto_generated=automatic)
    (decision,) = decide(message, Known(issued={"<ours>"}, mails={"<ours>": item()}))
    assert decision.outcome is outcome


@pytest.mark.parametrize(("changes", "words"), [
    ({"in_reply_to": ("<known>",)}, "by the mail it answers"),
    ({"references": ("<x>", "<known>", "<y>")}, "by the mails it refers to"),
    ({"to": ("hr+100003-t@acme.example",)}, "by the address hr+100003-t@acme.example"),
    ({"to": ("who@x.example",), "cc": ("who+a+100003-t@x.example",)}, "by the address"),
    ({"subject": "Re: [100003-T] your mail"}, "by [100003-T] in its subject"),
    ({"subject": "AW: [ 100003-t ]"}, "by [100003-T] in its subject"),
])  # fmt: skip
def test_a_reply_is_appended_to_its_work_item(changes: dict[str, object], words: str) -> None:
    """M-03: headers, plus address, then the reference in the subject."""
    known = Known(mails={"<known>": item()}, items={"100003-T": item()})
    (decision,) = decide(mail(**changes), known)  # type: ignore[arg-type]
    assert decision.outcome is Outcome.APPENDED
    assert decision.work_item_id == 3
    assert decision.route is None
    assert not decision.stranger
    assert decision.reason.startswith("It belongs to 100003-T, by ")
    assert words in decision.reason


@pytest.mark.parametrize(
    "subject", ["100003-T", "[100003-T", "[100003]", "[x100003-T]", "[99-T]", "[100004-T]", ""]
)
def test_a_subject_that_names_no_item_in_brackets_is_routed(subject: str) -> None:
    """M-03: only a known reference in square brackets counts."""
    (decision,) = decide(mail(subject=subject), Known(items={"100003-T": item()}))
    assert decision.route == "H"


def test_the_subject_counts_only_with_the_setting() -> None:
    """M-03."""
    known = Known(items={"100003-T": item()})
    (decision,) = decide(mail(subject="[100003-T]"), known, link_by_subject=False)
    assert decision.route == "H"


def test_headers_win_over_address_and_subject() -> None:
    """M-03: in this order."""
    known = Known(
        mails={"<a>": item(1), "<b>": item(2)}, items={"100003-T": item(3), "100004-T": item(4)}
    )
    said = {
        "in_reply_to": ("<a>",),
        "references": ("<b>",),
        "to": ("hr+100003-t@acme.example",),
        "subject": "[100004-T]",
    }
    found = []
    for gone in (None, "in_reply_to", "references", "to"):
        said.pop(gone or "", None)
        (decision,) = decide(mail(**said), known)  # type: ignore[arg-type]
        found.append(decision.work_item_id)
    assert found == [1, 2, 3, 4]


def test_only_the_last_fifty_references_are_looked_at() -> None:
    """M-03: a hostile mail may list a megabyte of them."""
    known = Known(mails={"<0>": item(1), "<60>": item(2), "<70>": item(3)})
    many = tuple(f"<{number}>" for number in range(100))
    (decision,) = decide(mail(references=many), known)
    assert decision.work_item_id == 3
    assert [len(ids) for ids in known.asked] == [50]


def test_many_tags_and_references_are_asked_about_only_so_often() -> None:
    """M-03: bounded, whatever the mail says."""
    known = Known()
    crowd = tuple(f"hr+{100_000 + n}-t@acme.example" for n in range(1, 5_000))
    subject = "".join(f"[{100_000 + n}-T]" for n in range(1, 5_000))
    decide(mail(crowd, subject=subject), known)
    assert len(known.asked) == 25


@pytest.mark.parametrize(("people", "by", "stranger"), [
    ((ANNA,), ANNA, False), ((ANNA,), ("eve@e.example", ANNA), False),
    ((ANNA,), "eve@e.example", True), ((ANNA,), (), True),
])  # fmt: skip
def test_a_sender_who_takes_no_part_is_appended_but_marked(
    people: tuple[str, ...], by: tuple[str, ...] | str, stranger: bool
) -> None:
    """M-03."""
    known = Known(mails={"<k>": item(3, State.TO_DO, *people)})
    (decision,) = decide(mail(by=by, in_reply_to=("<k>",)), known)
    assert decision.outcome is Outcome.APPENDED
    assert decision.stranger is stranger
    assert ("takes no part" in decision.reason) is stranger


@pytest.mark.parametrize("state", [State.TO_DO, State.IN_PROGRESS, State.WAITING, State.RESOLVED])
def test_every_state_but_closed_takes_the_reply(state: State) -> None:
    """M-03."""
    known = Known(mails={"<k>": item(3, state)})
    assert decide(mail(in_reply_to=("<k>",)), known)[0].outcome is Outcome.APPENDED


def test_a_reply_to_a_closed_item_is_routed_as_new_and_linked() -> None:
    """M-03: one new work item per matched address, each following the closed one."""
    known = Known(mails={"<k>": item(3, State.CLOSED)})
    decisions = decide(mail((PRIMARY, PAY), in_reply_to=("<k>",)), known)
    assert [(d.route, d.follows_id, d.work_item_id) for d in decisions] == [
        ("H", 3, None),
        ("P", 3, None),
    ]
    assert decisions[0].reason.endswith("It follows 100003-T, which is closed.")


def test_an_unhandled_reply_to_a_closed_item_follows_nothing() -> None:
    """M-03, M-05."""
    known = Known(mails={"<k>": item(3, State.CLOSED)})
    made = table(route(PAY, words=("x",)), covers=_PRIMARY_ONLY)
    (decision,) = decide_mail(mail(PAY, in_reply_to=("<k>",)), made, known)
    assert decision.outcome is Outcome.UNHANDLED
    assert decision.follows_id is None


def test_the_key_of_a_decision_names_what_the_mail_resolved_to() -> None:
    """M-02: content and recipient; the connector or the work item where there is none."""
    message = mail((PRIMARY, PAY))
    keys = [resolution_key(d, message, 7) for d in decide(message, Known())]
    assert keys == [f"{message.fingerprint}|{PRIMARY}", f"{message.fingerprint}|{PAY}"]
    (nobody,) = decide(mail(()), Known())
    assert resolution_key(nobody, message, 7) == f"{message.fingerprint}|connector:7"
    (reply,) = decide(mail(in_reply_to=("<k>",)), Known(mails={"<k>": item()}))
    assert resolution_key(reply, message, 7) == f"{message.fingerprint}|item:3"


def test_a_mail_already_taken_in_is_ignored() -> None:
    """M-02: recipient by recipient."""
    message = mail((PRIMARY, PAY))
    known = Known(keys={f"{message.fingerprint}|{PRIMARY}"})
    assert [d.outcome for d in decide(message, known)] == [Outcome.DUPLICATE, Outcome.CREATED]
    known.keys.add(f"{message.fingerprint}|{PAY}")
    decisions = decide(message, known)
    assert [d.outcome for d in decisions] == [Outcome.DUPLICATE, Outcome.DUPLICATE]
    assert decisions[1].reason == (
        "This mail was already taken in for pay@acme.example; it is ignored."
    )


def test_a_copy_for_another_recipient_is_no_duplicate() -> None:
    """M-02: the key contains the recipient."""
    message = mail(PAY)
    known = Known(keys={f"{message.fingerprint}|{PRIMARY}"})
    assert decide(message, known)[0].outcome is Outcome.CREATED


def test_a_copy_of_a_reply_stays_a_duplicate_when_its_item_was_closed() -> None:
    """M-02, M-03: closing an item must not make work of a second copy."""
    message = mail(in_reply_to=("<k>",))
    known = Known(mails={"<k>": item(3, State.CLOSED)}, keys={f"{message.fingerprint}|item:3"})
    assert decide(message, known)[0].outcome is Outcome.DUPLICATE


def test_a_second_copy_of_an_unhandled_mail_is_a_duplicate() -> None:
    """M-02."""
    message = mail(())
    made = table(covers=_PRIMARY_ONLY)
    known = Known(keys={f"{message.fingerprint}|connector:7"})
    (decision,) = decide_mail(message, made, known)
    assert decision.outcome is Outcome.DUPLICATE
    assert decision.reason == "This mail was already taken in at this connector; it is ignored."


def test_with_nothing_known_the_routes_alone_decide() -> None:
    """M-12: what simulation and replay look at."""
    message = mail(subject="[100003-T]", in_reply_to=("<k>",), to=("hr+100003-t@acme.example",))
    made = table(route(name="H"))
    assert decide_mail(message, made, NothingKnown()) == made.decide(message, explain=True)
    assert decide_mail(message, made, NothingKnown(), explain=False) == made.decide(message)
