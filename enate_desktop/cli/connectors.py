"""The commands that test and switch connectors and their outgoing routes."""

import argparse
import threading
from dataclasses import replace
from datetime import UTC, datetime

from enate_desktop.cli.output import say, show, show_json
from enate_desktop.domain.certificate_expiry import expiry_warnings
from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.routes import OutgoingRoute
from enate_desktop.domain.rules import folded
from enate_desktop.mail.report import StageResult
from enate_desktop.services.bundle import Services
from enate_desktop.services.testing import ConnectionTest

DONE, NO = 0, 1


def connector_test(services: Services, options: argparse.Namespace) -> int:
    """Test a connector or one of its outgoing routes in stages; 1 when a stage failed."""
    connector, route = _named(services, options)
    return DONE if _tested(services, options, connector, route).ok else NO


def connector_enable(services: Services, options: argparse.Namespace) -> int:
    """Test a connector or outgoing route, then switch it on; 1 when the test failed."""
    connector, route = _named(services, options)
    name = connector.name if route is None else route.name
    test = _tested(services, options, connector, route)
    if not test.ok:
        say(f'"{name}" was not enabled: its connection test did not pass.')
        return NO
    if route is None:
        services.connectors.enable(connector.id, test)
    else:
        services.outgoing_tests.enable(route.id, test)
    say(f'"{name}" is enabled.')
    return DONE


def connector_disable(services: Services, options: argparse.Namespace) -> int:
    """Switch a connector or one of its outgoing routes off."""
    connector, route = _named(services, options)
    if route is None:
        connector = services.connectors.disable(connector.id)
        name, enabled = connector.name, connector.enabled
    else:
        route = services.routes.save_outgoing(replace(route, enabled=False))
        name, enabled = route.name, route.enabled
    if options.json:
        show_json({"connector": connector.name, **_route_json(route), "enabled": enabled})
    say(f'"{name}" is disabled.')
    return DONE


def _named(
    services: Services, options: argparse.Namespace
) -> tuple[Connector, OutgoingRoute | None]:
    """The connector, and its outgoing route when one is named."""
    connector = services.connectors.find(options.name)
    if options.route is None:
        return connector, None
    routes = services.routes.group(connector.id).outgoing
    route = next((r for r in routes if folded(r.name) == folded(options.route)), None)
    if route is None:
        names = ", ".join(f'"{r.name}"' for r in routes) or "none yet"
        raise NotFoundError(
            f'"{connector.name}" has no outgoing route named "{options.route}".',
            f"Its outgoing routes are: {names}.",
        )
    return connector, route


def _tested(
    services: Services,
    options: argparse.Namespace,
    connector: Connector,
    route: OutgoingRoute | None,
) -> ConnectionTest:
    def report(stage: StageResult) -> None:
        if not options.json:
            words = " ".join(filter(None, (stage.detail, stage.server_words, stage.cause)))
            show(f"{stage.side} {stage.stage}: {stage.state.replace('_', ' ')}. {words}".rstrip())

    send_to = getattr(options, "send_to", None)
    cancel = threading.Event()
    if route is None:
        test = services.testing.run(connector, {}, report, cancel, send_to)
    else:
        test = services.outgoing_tests.run(route, report, cancel, send_to)
    if options.json:
        show_json({"connector": connector.name, **_route_json(route), **test.report.to_json()})
    for warning in expiry_warnings(connector, datetime.now(UTC)):
        say(warning.sentence)
    return test


def _route_json(route: OutgoingRoute | None) -> dict[str, str]:
    return {} if route is None else {"outgoing_route": route.name}
