"""The commands that ask the routes: check, explain, replay, wish and pinned mails."""

import argparse
from pathlib import Path

from enate_desktop.cli.mails import asked_connectors, mail_bytes
from enate_desktop.cli.output import say, show, show_json
from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import InputError, NotFoundError
from enate_desktop.domain.messages import Message
from enate_desktop.routing.analysis.witness import witness_eml
from enate_desktop.routing.explanation import decision_json
from enate_desktop.services.analysis import Replayed, WishAnswer
from enate_desktop.services.bundle import Services
from enate_desktop.services.exchange.service import read_document

DONE, NO = 0, 1


def config_check(services: Services, options: argparse.Namespace) -> int:
    """Show the warnings of the routes; 1 when there are any."""
    failed = [(c, r) for c, r in services.analysis.run_pins() if not r.passed]
    found = [warning for group in services.routes.warnings().values() for warning in group]
    names = {r.id: (g.connector.name, r.name) for g in services.routes.groups() for r in g.routes}
    if options.json:
        show_json(
            {
                "warnings": [
                    {
                        "kind": warning.kind,
                        "connector": names[warning.route_id][0],
                        "route": names[warning.route_id][1],
                        "text": warning.text,
                        "proved": warning.proved,
                        "covered_by": [names[key][1] for key in warning.covering],
                        "witness": _eml(warning.witness),
                        "safe_priority": _priority(warning.safe_place),
                    }
                    for warning in found
                ],
                "pins": [
                    {"connector": c.name, "name": result.pin.name, "text": result.text}
                    for c, result in failed
                ],
            }
        )
    else:
        for warning in found:
            connector, route = names[warning.route_id]
            show(f"{connector} › {route}: {warning.text}")
        for c, result in failed:
            show(f'{c.name}: the pinned mail "{result.pin.name}" goes elsewhere. {result.text}')
        if not found and not failed:
            say("No warnings.")
    return NO if found or failed else DONE


def route_explain(services: Services, options: argparse.Namespace) -> int:
    """What would happen to a mail, and why; nothing is changed."""
    raw = mail_bytes(options.file)
    paths = services.work_items.process_paths()
    shown = []
    for connector in asked_connectors(services, options.connector, raw):
        _, decisions = services.intake.explain(raw, connector.id)
        for decision in decisions:
            facts = decision_json(decision, lambda key: paths.get(key, ""))
            shown.append({"connector": connector.name, **facts})
    if options.json:
        show_json({"decisions": shown})
        return DONE
    for facts in shown:
        recipient = facts["recipient"] or "no recipient took part"
        show(f"{facts['connector']}, {recipient}: {facts['outcome']}. {facts['reason']}")
        for step in facts["trace"]:
            show(f"  {step['route']}: {step['result'].replace('_', ' ')}")
            for rule in step["rules"]:
                mark = "yes" if rule["true"] else "no"
                show(f"    {rule['rule']}: {rule['asked']} – {mark}: {rule['found']}")
    return DONE


def route_replay(services: Services, options: argparse.Namespace) -> int:
    """Which recent mails would go elsewhere: with a proposed configuration, or since they came."""
    if options.against:
        path = Path(options.against)
        document = read_document(path)
        found = services.analysis.replay_against(document, path.resolve().parent, options.last)
    else:
        found = services.analysis.replay_history(options.last)
    if options.json:
        show_json(_replay_json(found))
        return DONE
    show(f"{len(found.differences)} of the last {found.mails} mails would go elsewhere.")
    for move in found.moves:
        show(f"  {len(move.mail_ids)}  {move.source} → {move.target}")
    for difference in found.differences:
        moves = "; ".join(f"{source} → {target}" for source, target in difference.moves())
        show(f"  {difference.message.subject or '(no subject)'}: {moves}")
    return DONE


def route_wish(services: Services, options: argparse.Namespace) -> int:
    """What it would take that a route takes a mail; 1 when no change of the route helps."""
    raw = mail_bytes(options.file)
    connector = _connector_with(services, options)
    answer = services.analysis.wish(raw, connector, options.route)
    if options.json:
        show_json({"connector": connector.name, **_wish_json(answer)})
    else:
        _show_wish(answer)
    return DONE if answer.wish.takes or answer.wish.order else NO


def pin_add(services: Services, options: argparse.Namespace) -> int:
    """Pin a mail to what the routes do with it today."""
    raw = mail_bytes(options.file)
    for connector in asked_connectors(services, options.connector, raw):
        services.analysis.pin(raw, connector, options.name)
        say(f'"{options.name}" is pinned at "{connector.name}".')
    return DONE


def pin_remove(services: Services, options: argparse.Namespace) -> int:
    """Forget a pinned mail."""
    services.analysis.unpin(services.connectors.find(options.connector), options.name)
    say(f'"{options.name}" is no longer pinned.')
    return DONE


def pin_run(services: Services, options: argparse.Namespace) -> int:
    """Run every pinned mail; 1 when one does not do what it must."""
    results = services.analysis.run_pins()
    if options.json:
        show_json(
            {
                "pins": [
                    {"connector": c.name, "name": r.pin.name, "passed": r.passed, "text": r.text}
                    for c, r in results
                ]
            }
        )
    else:
        for connector, result in results:
            told = "as it must" if result.passed else result.text
            show(f"{connector.name} › {result.pin.name}: {told}")
        if not results:
            say("No mail is pinned.")
    return DONE if all(result.passed for _, result in results) else NO


def _connector_with(services: Services, options: argparse.Namespace) -> Connector:
    """The connector named, else the one that has the wished route."""
    if options.connector is not None:
        return services.connectors.find(options.connector)
    wanted = options.route.casefold()
    groups = [
        group.connector
        for group in services.routes.groups()
        if any(route.name.casefold() == wanted for route in group.routes)
    ]
    if len(groups) == 1:
        return groups[0]
    if not groups:
        raise NotFoundError(f'There is no route named "{options.route}".', "Nothing was tried.")
    names = ", ".join(f'"{connector.name}"' for connector in groups)
    raise InputError(
        f'Several connectors have a route named "{options.route}".',
        f"Say which with --connector: {names}.",
    )


def _show_wish(answer: WishAnswer) -> None:
    wish = answer.wish
    if wish.takes:
        show(f'"{wish.route.name}" takes this mail already.')
    for sentence in wish.obstacles:
        show(f"In the way: {sentence}")
    for sentence in wish.changes:
        show(f"It would take: {sentence}")
    if wish.order:
        number = len(answer.replayed.differences)
        show(f"With that, {number} of the last {answer.replayed.mails} mails would go elsewhere.")
    elif not wish.takes:
        show("No change of this route alone helps.")


def _wish_json(answer: WishAnswer) -> dict[str, object]:
    wish = answer.wish
    return {
        "route": wish.route.name,
        "takes": wish.takes,
        "obstacles": list(wish.obstacles),
        "blocking": [
            {"rule": rule.rule, "asked": rule.asked, "found": rule.found} for rule in wish.blocking
        ],
        "earlier": [route.name for route in wish.earlier],
        "changes": list(wish.changes),
        "priority": _priority(wish.place),
        "replay": _replay_json(answer.replayed) if wish.order else None,
    }


def _replay_json(found: Replayed) -> dict[str, object]:
    return {
        "mails": found.mails,
        "differing": len(found.differences),
        "moves": [
            {"from": move.source, "to": move.target, "mails": len(move.mail_ids)}
            for move in found.moves
        ],
        "differences": [
            {
                "message_id": difference.message.message_id,
                "from": difference.message.sender,
                "subject": difference.message.subject,
                "moves": [{"from": source, "to": target} for source, target in difference.moves()],
            }
            for difference in found.differences
        ],
    }


def _eml(witness: Message | None) -> str | None:
    return None if witness is None else witness_eml(witness).decode("utf-8", "replace")


def _priority(place: int | None) -> int | None:
    """A place in the order as people count it."""
    return None if place is None else place + 1
