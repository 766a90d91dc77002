"""Decisions, replay and warnings beside the plain loop in the same run: python -m bench.routing."""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from enate_desktop.domain.addresses import parse_pattern
from enate_desktop.domain.connectors import Connector, Fallback, UseFor
from enate_desktop.domain.directory import CompanyBook, Kind, Process
from enate_desktop.domain.messages import Attachment, Message
from enate_desktop.domain.routes import Route
from enate_desktop.domain.rules import Rules, folded
from enate_desktop.routing.analysis.replay import replay
from enate_desktop.routing.analysis.warnings import find_warnings
from enate_desktop.routing.explanation import DETAILS_KEPT
from enate_desktop.routing.table import RouteTable

ADDRESS = "hr@acme.example"
CONNECTOR = Connector(1, "HR", UseFor.INCOMING, ADDRESS, fallback=Fallback(1), enabled=True)
MAILS = 2_000
_SYLLABLES = ("ar", "be", "co", "di", "en", "fo", "gu", "ha", "il", "jo", "ka", "lu", "mo", "ne")


def word(number: int) -> str:
    """A made-up word, one per number."""
    parts = []
    for _ in range(5):
        number, rest = divmod(number, len(_SYLLABLES))
        parts.append(_SYLLABLES[rest])
    return "".join(parts)


def mixed(number: int, pick: random.Random) -> Rules:
    """The rule mix of SERVERS.md section 4."""
    domain = parse_pattern(f"*@company{number % 5_000}.example")
    kind = pick.random()
    if kind < 0.35:
        return Rules(senders=(parse_pattern(f"person{number}@mail.example"),))
    if kind < 0.60:
        return Rules(senders=(domain,))
    if kind < 0.75:
        listed = parse_pattern(f"team{number % 500}@acme.example")
        return Rules(recipients=(listed,), subject_keywords=(word(number),))
    if kind < 0.90:
        return Rules(subject_keywords=(f'"{word(number)} {word(number // 7)}"',))
    if kind < 0.95:
        return Rules(important=True, senders=(domain,))
    return Rules(attachment_types=(".pdf", ".docx"), senders=(domain,))


def one_domain(number: int, pick: random.Random) -> Rules:
    """Every rule names one popular domain; a key word tells them apart."""
    popular = (parse_pattern("*@popular.example"),)
    if number % 3:
        return Rules(senders=popular, subject_keywords=(word(number % 997),))
    types = (f".x{number % 13}",)
    return Rules(important=number % 2 == 0, senders=popular, attachment_types=types)


def few_values(number: int, pick: random.Random) -> Rules:
    """Rules that name only importance or recipient, out of few values."""
    if number % 10 == 0:
        return Rules(important=True, recipients=(parse_pattern(f"team{number % 40}@a.example"),))
    listed = tuple(parse_pattern(f"team{n % 500}@acme.example") for n in (number, number * 7))
    return Rules(recipients=listed)


def routes(count: int, rules: Callable[[int, random.Random], Rules]) -> list[Route]:
    """``count`` routes on one address."""
    pick = random.Random(count)
    return [
        Route(n + 1, 1, f"Route {n}", ADDRESS, 1, rules=rules(n, pick), position=n)
        for n in range(count)
    ]


def mails(count: int) -> list[Message]:
    """Mails of which some fit some routes, whatever their number."""
    pick = random.Random(7)
    made = []
    for number in range(count):
        anybody = pick.randrange(40_000)
        sender = pick.choice(
            (
                f"person{anybody}@mail.example",
                f"someone@company{pick.randrange(10_000)}.example",
                "fan@popular.example",
                f"stranger{number}@elsewhere.example",
            )
        )
        words = [pick.randrange(500_000) for _ in range(4)] + [pick.randrange(3_000)]
        also_said = pick.randrange(50_000)
        words += [also_said, also_said // 7]
        subject = " ".join(map(word, words))
        also = (f"team{pick.randrange(2_000)}@acme.example",)
        files = (Attachment("cv.pdf", "application/pdf"),) if pick.random() < 0.3 else ()
        important = pick.random() < 0.05
        made.append(
            Message(
                f"<{number}@bench>", f"{number}", (sender,), "", (ADDRESS,), also,
                subject=subject, important=important, attachments=files,
            )
        )  # fmt: skip
    return made


Plain = tuple[bool, tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...], int]


def plain_routes(order: Sequence[Route]) -> list[Plain]:
    """The routes as bare tuples for the loop."""
    flat = []
    for route in order:
        rules = route.rules
        words = tuple(folded(word.strip('"')) for word in rules.subject_keywords)
        to = tuple(str(pattern).removeprefix("*") for pattern in rules.recipients)
        by = tuple(str(pattern).removeprefix("*") for pattern in rules.senders)
        flat.append((rules.important, rules.attachment_types, words, to, by, route.id))
    return flat


def loop(order: Sequence[Plain], message: Message) -> int:
    """One route after the other on bare tuples: the opponent, as fast as a plain loop gets."""
    subject = folded.__wrapped__(message.subject)
    recipients = set(message.recipients)
    sender = message.sender
    files = [item.name for item in message.attachments]
    for important, types, words, to, by, number in order:
        if by and not sender.endswith(by):
            continue
        if words:
            for value in words:
                if value in subject:
                    break
            else:
                continue
        if to and recipients.isdisjoint(to):
            continue
        if important and not message.important:
            continue
        if types and not [name for name in files if name.endswith(types)]:
            continue
        return number
    return 0


def per_call(work: Callable[[Message], object], given: Sequence[Message]) -> float:
    """The best of five rounds, in microseconds per mail."""
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for message in given:
            work(message)
        best = min(best, (time.perf_counter() - start) / len(given))
    return best * 1e6


def decisions(title: str, rules: Callable[[int, random.Random], Rules], sizes: list[int]) -> None:
    """One table: decide, explain and the loop, by number of routes."""
    given = mails(MAILS)
    print(f"\n{title}")
    print(f"{'routes':>8} {'compile ms':>10} {'decide µs':>10} {'stored µs':>10} ", end="")
    print(f"{'loop µs':>10} {'loop/decide':>11} {'vs 100':>7} {'taken':>6}")
    base = 0.0
    for size in sizes:
        order = routes(size, rules)
        start = time.perf_counter()
        table = RouteTable.compile(CONNECTOR, order, CompanyBook())
        compiled = (time.perf_counter() - start) * 1e3
        decided = per_call(table.decide, given)
        explained = per_call(partial(table.decide, explain=True, details=DETAILS_KEPT), given[:50])
        few = given[: max(10, 200_000 // size)]
        flat = plain_routes(order)
        looped = per_call(partial(loop, flat), few)
        base = base or decided
        taken = sum(table.decide(m)[0].block == "normal" for m in given) / len(given)
        agreed = all(loop(flat, m) == max(table.decide(m)[0].route_id or 0, 0) for m in few)
        print(
            f"{size:>8} {compiled:>10.1f} {decided:>10.2f} {explained:>10.0f} {looped:>10.1f} "
            f"{looped / decided:>11.1f} {decided / base:>7.2f} {taken:>6.0%}"
            f"{'' if agreed else '  DIFFERENT ANSWERS'}"
        )


def replays() -> None:
    """Replay of 500 mails through two tables of 1,000 routes, and its opponent."""
    order = routes(1_000, mixed)
    draft = [replace(route, position=-route.position) for route in order]
    old, new = (RouteTable.compile(CONNECTOR, made, CompanyBook()) for made in (order, draft))
    print(f"\n{'replay of':>10} {'ms':>8} {'per mail µs':>12} {'differ':>7} {'loop ms':>9}")
    for count in (500, 20_000):
        stored = list(enumerate(mails(count)))
        start = time.perf_counter()
        differ = sum(1 for _ in replay(stored, old, new))
        took = time.perf_counter() - start
        flats = [plain_routes(sorted(made, key=lambda r: r.position)) for made in (order, draft)]
        start = time.perf_counter()
        for _, message in stored[:100]:
            for flat in flats:
                loop(flat, message)
        looped = (time.perf_counter() - start) * count / 100
        print(
            f"{count:>10} {took * 1e3:>8.1f} {took / count * 1e6:>12.1f} {differ:>7} "
            f"{looped * 1e3:>9.0f}"
        )


def warn(sizes: Sequence[int]) -> None:
    """The warnings of R-12, with a few faults planted."""
    print(f"\n{'routes':>8} {'warnings ms':>12} {'found':>6}")
    for size in sizes:
        order = routes(size, mixed)
        step = max(size // 10, 1)
        for number in range(step, size, step):
            order[number] = replace(order[number], rules=order[number - step // 2].rules)
        processes = {1: Process(1, "P", Kind.TICKET, "C", "C", "S")}
        start = time.perf_counter()
        found = find_warnings([(CONNECTOR, order)], processes, CompanyBook())
        print(f"{size:>8} {(time.perf_counter() - start) * 1e3:>12.1f} {len(found):>6}")


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=100_000, help="largest number of routes")
    sizes = [n for n in (100, 1_000, 10_000, 100_000) if n <= parser.parse_args().largest]
    decisions("Mixed rules on one address", mixed, sizes)
    decisions("One popular domain", one_domain, sizes)
    decisions("Only importance or recipient", few_values, sizes)
    replays()
    warn([size for size in sizes if size <= 10_000])


if __name__ == "__main__":
    main()
