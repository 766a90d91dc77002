"""Importing connectors with their routes from a configuration document."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from enate_desktop.domain.connectors import (
    AfterIntake,
    Connector,
    Fallback,
    FirstIntake,
    IntakeAction,
    Side,
    StartFrom,
    UseFor,
)
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.routes import Covers
from enate_desktop.services.certificates import certificate_notes
from enate_desktop.services.connector_edits import begin_life, save_connector
from enate_desktop.services.context import Context
from enate_desktop.services.exchange.pins import import_pins
from enate_desktop.services.exchange.reader import Section, unusable
from enate_desktop.services.exchange.routes import (
    import_outgoing_routes,
    import_routes,
    named_process,
)
from enate_desktop.services.exchange.servers import (
    GivenSecrets,
    read_secrets,
    read_server,
    shared_secrets,
)
from enate_desktop.storage.unit_of_work import UnitOfWork

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


def import_connectors(
    context: Context, work: UnitOfWork, top: Section, folder: Path, *, dry_run: bool
) -> list[str]:
    """Every connector of the document; returns notes for the person."""
    notes: list[str] = []
    for section in top.sections("connectors"):
        try:
            notes += _connector(context, work, section, folder, dry_run=dry_run)
        except InputError as error:
            if "Nothing was imported" in error.message:
                raise
            raise InputError(
                f"{section.where}: {error.title}",
                f"Nothing was imported. {error.message}",
                field=error.field,
            ) from None
    return notes


def _connector(
    context: Context, work: UnitOfWork, section: Section, folder: Path, *, dry_run: bool
) -> list[str]:
    secrets: GivenSecrets = {}
    connector = _settings(work, section, secrets, folder)
    before = work.connectors.get(connector.id)
    name, wanted_on = connector.name, connector.enabled
    stopped = before is not None and not before.enabled and before.condition.health.is_stopped
    if stopped:
        connector = replace(connector, enabled=False)
    secrets = shared_secrets(connector, secrets)
    given = ", ".join(secrets)
    kept = {} if dry_run else secrets
    connector_id = save_connector(context, work, connector, kept, strict=False)
    if dry_run and secrets:
        change = (given, "", "given in the file")
        context.note(work, "connector", connector_id, name, "changed", change)
    notes = list(certificate_notes(context, work, connector, secrets))
    saved = work.connectors.get(connector_id)
    if saved is not None:
        begin_life(work, before, saved)
    if wanted_on and saved is not None and not saved.enabled:
        notes.append(_left_off(name, stopped=stopped))
    if section.has("routes"):
        import_routes(context, work, section, connector_id)
    if section.has("outgoing_routes"):
        notes += import_outgoing_routes(context, work, section, connector_id)
    if section.has("pins"):
        import_pins(context, work, section, connector_id)
    section.done()
    return notes


def _left_off(name: str, *, stopped: bool) -> str:
    """A file switches on only what was tested as it is, and not what stopped by itself (C-08)."""
    why = (
        "it stopped by itself. Look at its reason and mend that first."
        if stopped
        else "its connection was not tested as it is now."
    )
    return f'"{name}" was left off: {why} Enable it with: enate-desktop connector enable "{name}"'


def _settings(work: UnitOfWork, section: Section, secrets: GivenSecrets, folder: Path) -> Connector:
    """The connector as the file wants it; the ``secrets`` it gives are added."""
    name = section.text("name")
    present = work.connectors.find(name)
    base = present or Connector(0, name, UseFor.INCOMING, "")
    connector = replace(
        base,
        name=name,
        use_for=section.choice("use_for", UseFor, None if present is None else present.use_for),
        primary_address=section.text("primary_address", base.primary_address),
        enabled=section.flag("enabled", base.enabled),
        default_sender=section.flag("default_sender", base.default_sender),
        fallback=_fallback(work, section, base),
    )
    for side in Side:
        connector = _with_side(connector, section, side, secrets, folder)
    return connector


def _with_side(
    connector: Connector,
    section: Section,
    side: Side,
    secrets: GivenSecrets,
    folder: Path,
) -> Connector:
    if not section.has(side):
        return connector
    if section.value(side) is None:
        incoming = side is Side.INCOMING
        return replace(connector, incoming=None) if incoming else replace(connector, outgoing=None)
    facts = section.section(side)
    settings = read_server(facts, side, folder)
    secrets |= read_secrets(facts, side, folder)
    if side is Side.INCOMING:
        connector = replace(
            connector,
            incoming=settings,
            after_intake=_after_intake(facts, connector),
            start_from=_first_intake(facts, connector),
        )
    else:
        connector = replace(connector, outgoing=settings)
    facts.done()
    return connector


def _after_intake(facts: Section, connector: Connector) -> AfterIntake:
    if not facts.has("after_intake"):
        return connector.after_intake
    if isinstance(facts.value("after_intake"), str):
        action = facts.choice("after_intake", IntakeAction)
        if action is not IntakeAction.MOVE:
            return AfterIntake(action)
        raise unusable(facts.where, '"after_intake" must name the folder: {"move": "FOLDER"}.')
    target = facts.section("after_intake")
    after = AfterIntake(IntakeAction.MOVE, target.text("move"))
    target.done()
    return after


def _first_intake(facts: Section, connector: Connector) -> StartFrom:
    if not facts.has("first_intake"):
        return connector.start_from
    if isinstance(facts.value("first_intake"), str):
        choice = facts.choice("first_intake", FirstIntake)
        if choice is not FirstIntake.SINCE:
            return StartFrom(choice)
        raise unusable(facts.where, '"first_intake" must name the day: {"since": "2026-01-31"}.')
    target = facts.section("first_intake")
    try:
        since = datetime.fromisoformat(target.text("since"))
        since = since.replace(tzinfo=UTC) if since.tzinfo is None else since.astimezone(UTC)
    except (ValueError, OverflowError):
        raise unusable(target.where, '"since" is not a day such as 2026-01-31.') from None
    # A day more on both sides: the day begins at another time elsewhere.
    if not _EARLIEST - _DAY <= since <= datetime.now(UTC) + _DAY:
        raise unusable(target.where, '"since" must be a day from 1990-01-01 to tomorrow.')
    target.done()
    return StartFrom(FirstIntake.SINCE, since)


def _fallback(work: UnitOfWork, section: Section, base: Connector) -> Fallback | None:
    if not section.has("fallback"):
        return base.fallback
    if section.value("fallback") is None:
        return None
    facts = section.section("fallback")
    fallback = Fallback(
        process_id=named_process(work, facts).id,
        category=facts.optional_text("category"),
        send_automated_emails=facts.flag("send_automated_emails", False),
        only_test_mode=facts.flag("only_test_mode", False),
        covers=facts.choice("covers", Covers, Covers.ALL),
    )
    facts.done()
    return fallback
