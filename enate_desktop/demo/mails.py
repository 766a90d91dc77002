"""The demo's 300 mails of the last fortnight, the same every time for the same moment."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from enate_desktop.demo.letters import IMPORTANCE, Letter, Person, write
from enate_desktop.demo.odd_base import OddMail, Stamp
from enate_desktop.demo.odd_mails import ODD_MAILS
from enate_desktop.demo.server import DemoMailServer
from enate_desktop.demo.smtp_backend import BUSY, GONE
from enate_desktop.paths import resources_folder

DAYS = 14
REPLIES = 24
DUPLICATES = 2

_SEED = 20261123
_HOURS = (7, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 12, 13, 13, 14, 14, 14, 15, 15, 16, 16, 17, 18, 20)


@dataclass(frozen=True, slots=True)
class DemoMail:
    """One delivery: into whose INBOX, what, and when it arrived (UTC)."""

    user: str
    raw: bytes
    received: datetime


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of everyday mail, as ``mails.json`` describes it."""

    user: str
    to: tuple[str, ...]
    senders: tuple[Person, ...]
    language: str
    count: int
    charset: str
    encoding: str
    subjects: tuple[str, ...]
    bodies: tuple[str, ...]
    cc: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ("",)
    also: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    html: bool = False
    important: bool = False


class _Reply:
    """A place in the plan for an answer to an earlier mail."""


class _Duplicate:
    """A place in the plan for a mail that the server delivers a second time."""


_Plan = Template | OddMail | _Reply | _Duplicate


@dataclass(frozen=True, slots=True)
class _Written:
    template: Template
    letter: Letter


_LATE: Mapping[str, str] = {
    "rh-france@nordwind.example": "",
    "personal@nordwind.example": "",
    "kadry@nordwind.example": GONE,
    "onboarding@nordwind.example": BUSY,
    "payroll@nordwind.example": "",
    "paie@nordwind.example": "",
    "expenses@nordwind.example": "",
    "invoices.uk@halden.example": "",
}
"""Where a late mail goes to, and what its sender is called when the acknowledgement is refused."""


def demo_mails(now: datetime) -> tuple[DemoMail, ...]:
    """All 300 deliveries, oldest first; ``now`` is aware and later than every one of them."""
    rng = random.Random(_SEED)
    plan = _plan(rng)
    times = _times(rng, now.astimezone(UTC), len(plan))
    mails: list[DemoMail] = []
    written: list[_Written] = []
    for number, (item, received) in enumerate(zip(plan, times, strict=True)):
        match item:
            case Template():
                letter = _letter(rng, item, received, number)
                if not item.also and not item.headers:
                    written.append(_Written(item, letter))
                mails.extend(_deliveries(item, letter, received))
            case OddMail():
                stamp = Stamp(received - timedelta(seconds=20), number)
                mails.append(DemoMail(item.user, item.write(stamp), received))
            case _Reply():
                earlier = rng.choice(written[-60:])
                letter = _answer(rng, earlier.letter, received, number)
                mails.extend(_deliveries(earlier.template, letter, received))
            case _Duplicate():
                mails.append(replace(rng.choice(mails[-40:]), received=received))
    return tuple(mails)


def fresh_mail(number: int, now: datetime) -> DemoMail:
    """One more everyday mail that arrives ``now``; never the same mail twice."""
    rng = random.Random(f"{number} {now.isoformat()}")
    everyday = templates()
    template = rng.choices(everyday, [one.count for one in everyday])[0]
    letter = _letter(rng, template, now.astimezone(UTC), number)
    return next(_deliveries(template, letter, now.astimezone(UTC)))


def deliver_all(server: DemoMailServer, now: datetime) -> int:
    """Fill the mailboxes of a started ``server``; returns how many mails it holds then."""
    mails = demo_mails(now)
    for mail in mails:
        server.deliver(mail.user, mail.raw, mail.received)
    return len(mails)


def deliver_late(server: DemoMailServer, now: datetime) -> int:
    """Let a few mails arrive just after ``now``: they are acknowledged, unlike older ones.

    One sender's mailbox is gone by then, another's is full for the moment.
    """
    rng = random.Random(_SEED)
    received = now.astimezone(UTC) + timedelta(seconds=1)  # INTERNALDATE has whole seconds
    for number, (address, local_part) in enumerate(_LATE.items(), 1):
        template = next(each for each in templates() if each.to == (address,) and not each.headers)
        letter = _letter(rng, template, received, 1000 + number)
        if local_part:
            domain = letter.sender[1].rpartition("@")[2]
            letter = replace(letter, sender=(letter.sender[0], f"{local_part}@{domain}"))
        for mail in _deliveries(template, letter, received):
            server.deliver(mail.user, mail.raw, mail.received)
    return len(_LATE)


def new_arrival(server: DemoMailServer, number: int) -> DemoMail:
    """Deliver one fresh mail to a started ``server``, so that *Check now* finds something."""
    mail = fresh_mail(number, datetime.now(UTC))
    server.deliver(mail.user, mail.raw, mail.received)
    return mail


@cache
def templates() -> tuple[Template, ...]:
    """The kinds of everyday mail."""
    texts = _texts()
    people = {group: tuple((n, a) for n, a in them) for group, them in texts["people"].items()}
    return tuple(_template(entry, people) for entry in texts["templates"])


def _template(entry: Mapping[str, Any], people: Mapping[str, tuple[Person, ...]]) -> Template:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    values["senders"] = people[values.pop("from")]
    values["headers"] = tuple((name, value) for name, value in values.get("headers", ()))
    return Template(**values)


@cache
def _texts() -> Mapping[str, Any]:
    texts: Mapping[str, Any] = json.loads(
        (resources_folder() / "demo" / "mails.json").read_text("utf-8")
    )
    return texts


def _plan(rng: random.Random) -> list[_Plan]:
    """Every mail once, shuffled; answers and repeats come late, after something to answer."""
    first: list[_Plan] = [template for template in templates() for _ in range(template.count)]
    first.extend(ODD_MAILS)
    rng.shuffle(first)
    split = len(first) // 4
    late: list[_Plan] = [*first[split:]]
    late.extend(_Reply() for _ in range(REPLIES))
    late.extend(_Duplicate() for _ in range(DUPLICATES))
    rng.shuffle(late)
    return first[:split] + late


def _times(rng: random.Random, now: datetime, count: int) -> list[datetime]:
    """Moments of the last fortnight, mostly in office hours, few at weekends, oldest first."""
    days = [now.date() - timedelta(days=back) for back in range(1, DAYS)]
    weights = [1 if day.weekday() >= 5 else 8 for day in days]
    moments = [
        datetime(day.year, day.month, day.day, rng.choice(_HOURS), tzinfo=UTC)
        + timedelta(seconds=rng.randrange(3600))
        for day in rng.choices(days, weights, k=count)
    ]
    return sorted(moments)


def _letter(rng: random.Random, template: Template, received: datetime, number: int) -> Letter:
    sender = rng.choice(template.senders)
    values = _values(rng, sender, received)
    file = rng.choice(template.attachments)
    headers = rng.choice(IMPORTANCE) if template.important else ()
    return Letter(
        sender=sender,
        to=tuple(("", address) for address in template.to),
        cc=tuple(("", address) for address in template.cc),
        subject=rng.choice(template.subjects).format_map(values),
        text=rng.choice(template.bodies).format_map(values),
        date=received - timedelta(seconds=rng.randrange(2, 90)),
        message_id=_message_id(rng, sender, number),
        language=template.language,
        charset=template.charset,
        encoding=template.encoding,
        html=template.html,
        attachments=(file.format_map(values),) if file else (),
        headers=(*headers, *template.headers),
    )


def _answer(rng: random.Random, earlier: Letter, received: datetime, number: int) -> Letter:
    """The sender asks again; every third mail program sends References only (RFC 5322 3.6.4)."""
    texts = _texts()
    prefix = texts["reply_prefixes"][earlier.language]
    text = texts["reply_bodies"][earlier.language].format_map({"name": earlier.sender[0]})
    quoted = "\n".join(f"> {line}" for line in earlier.text.split("\n"))
    headers = [("References", earlier.message_id)]
    if number % 3:
        headers.insert(0, ("In-Reply-To", earlier.message_id))
    return replace(
        earlier,
        subject=prefix + earlier.subject,
        text=f"{text}\n\n{quoted}",
        date=received - timedelta(seconds=5),
        message_id=_message_id(rng, earlier.sender, number),
        attachments=(),
        headers=tuple(headers),
    )


def _values(rng: random.Random, sender: Person, received: datetime) -> dict[str, str]:
    day = received + timedelta(days=rng.randrange(2, 20))
    return {
        "name": sender[0],
        "first": sender[0].split()[0],
        "n": str(rng.randrange(1000, 9999)),
        "n2": str(rng.randrange(2, 12)),
        "day": f"{day:%d.%m.}",
        "year": str(received.year + 1),
        "amount": f"{rng.randrange(20, 4000)}.{rng.randrange(100):02d}",
    }


def _message_id(rng: random.Random, sender: Person, number: int) -> str:
    host = sender[1].rpartition("@")[2].encode("ascii", "ignore").decode("ascii")
    return f"<{rng.getrandbits(64):016x}.{number}@{host}>"


def _deliveries(template: Template, letter: Letter, received: datetime) -> Iterator[DemoMail]:
    raw = write(letter)
    users: Sequence[str] = (template.user, *template.also)
    return (DemoMail(user, raw, received) for user in users)
