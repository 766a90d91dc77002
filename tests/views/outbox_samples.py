"""Deliveries and acknowledgement texts as the services would hand them out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from enate_desktop.domain.errors import InputError
from enate_desktop.domain.outbox import Delivery, DeliveryState, Template
from enate_desktop.item_models.delivery_table import DeliveryWish
from enate_desktop.services.changes import Changes

NOW = datetime.now(UTC)
RAW = (
    b"From: hr@acme.example\r\nTo: marie@acme.fr\r\nAuto-Submitted: auto-replied\r\n"
    b"Message-ID: <a.1@acme.example>\r\nSubject: [100001-T] We have your mail\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nThank you, your reference is 100001-T.\r\n"
)


def delivery(number: int, state: DeliveryState, **changes: object) -> Delivery:
    """One mail to one recipient."""
    made = Delivery(
        id=number,
        connector_id=1,
        connector="HR EMEA",
        work_item_id=number,
        reference=f"{100_000 + number}-T",
        kind="acknowledgement",
        sender="hr@acme.example",
        recipient=f"person{number}@acme.fr",
        subject=f"[{100_000 + number}-T] We have your mail",
        message_id=f"<a.{number}@acme.example>",
        state=state,
        attempts=1,
        created=NOW - timedelta(minutes=number),
        next_at=NOW + timedelta(minutes=4, seconds=30),
        changed=NOW,
        error="",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


class Outbox:
    """Deliveries in memory, newest first."""

    def __init__(self, *deliveries: Delivery) -> None:
        self.all = list(deliveries)

    def read(self, wish: DeliveryWish, offset: int, limit: int) -> tuple[Sequence[Delivery], int]:
        fit = [
            one
            for one in self.all
            if wish.state in (None, one.state) and wish.text in f"{one.recipient} {one.reference}"
        ]
        return fit[offset : offset + limit], len(fit)

    def counts(self) -> Counter[DeliveryState]:
        return Counter(one.state for one in self.all)

    def mail(self, delivery_id: int) -> bytes:
        return RAW

    def retry(self, ids: Iterable[int]) -> Changes:
        return self._put(ids, DeliveryState.QUEUED)

    def discard(self, ids: Iterable[int]) -> Changes:
        return self._put(ids, DeliveryState.DISCARDED)

    def _put(self, ids: Iterable[int], state: DeliveryState) -> Changes:
        wanted = set(ids)
        self.all = [replace(o, state=state) if o.id in wanted else o for o in self.all]
        return Changes(outbox=True)


@dataclass(frozen=True)
class Filled:
    subject: str
    body: str
    problems: tuple[str, ...] = ()


class Templates:
    """Two languages and one placeholder."""

    def __init__(self) -> None:
        self.kept = {
            "en": Template("en", "[{reference}] We have your mail", "Thank you for {reference}."),
            "fr": Template("fr", "[{reference}] Bien reçu", "Merci."),
        }

    def all(self) -> tuple[Template, ...]:
        return tuple(self.kept.values())

    def built_in(self, language: str) -> Template | None:
        return Template("en", "[{reference}]", "Thanks.") if language == "en" else None

    def placeholders(self) -> Mapping[str, str]:
        return {"reference": "The reference of the work item", "sender": "Who wrote"}

    def preview(self, template: Template, work_item_id: int | None) -> Filled:
        problems = tuple(
            f"The placeholder {{{name}}} is not known."
            for name in ("surname",)
            if f"{{{name}}}" in template.subject + template.body
        )
        return Filled(
            template.subject.replace("{reference}", "100001-T"),
            template.body.replace("{reference}", "100001-T"),
            problems,
        )

    def save(self, template: Template) -> None:
        if not template.subject:
            raise InputError("The subject is empty.", "Type one.")
        self.kept[template.language] = template

    def remove(self, language: str) -> None:
        del self.kept[language]
