"""The command that lets a person sign in with OAuth 2.0."""

import argparse
import threading

from enate_desktop.cli.output import say, show, show_json
from enate_desktop.domain.connectors import Authentication, Connector, Side
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.oauth import OAuthFlow
from enate_desktop.services.oauth_settings import shared_sign_in
from enate_desktop.services.vault import SecretName
from enate_desktop.wiring import Services

_DONE = 0


def connector_sign_in(services: Services, options: argparse.Namespace) -> int:
    """Sign in for every side of a connector that needs a person, and keep the sign-in."""
    connector = services.connectors.find(options.name)
    sides = _sides(connector)
    accounts: dict[Side, str] = {}
    secrets: dict[SecretName, bytes] = {}
    for side in sides:
        signed_in = services.oauth.sign_in(connector, side, {}, _Prompt(), threading.Event())
        accounts[side] = signed_in.account
        secrets |= signed_in.secrets
    saved = services.connectors.save(connector, secrets)
    if options.json:
        show_json({"connector": saved.name, "accounts": accounts, "enabled": saved.enabled})
    else:
        for side, account in accounts.items():
            show(f"{side}: signed in{f' as {account}' if account else ''}")
    if not saved.enabled:
        say(f'Test it and switch it on with: enate-desktop connector enable "{saved.name}"')
    return _DONE


def _sides(connector: Connector) -> list[Side]:
    found = [
        side
        for side, settings in connector.sides.items()
        if settings.authentication is Authentication.OAUTH2
        and settings.oauth is not None
        and settings.oauth.flow is not OAuthFlow.APPLICATION
    ]
    if not found:
        raise InputError(
            f'Nobody needs to sign in for "{connector.name}".',
            "It does not use OAuth 2.0, or the application signs in by itself.",
        )
    return found[:1] if shared_sign_in(connector) else found


class _Prompt:
    """Asks on the terminal; an address is printed, because there may be no browser here."""

    def open_page(self, url: str) -> None:
        say(f"Open this page in a browser on this computer and sign in:\n{url}")

    def show_code(self, code: str, url: str, expires_seconds: int) -> None:
        say(f"Open {url} on any device within {expires_seconds // 60} minutes.\nThe code: {code}")
