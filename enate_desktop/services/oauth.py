"""A person, or the program itself, signs in with OAuth 2.0 for a connector (C-03)."""

import threading
from contextlib import suppress
from dataclasses import dataclass, replace

from enate_desktop.credentials.oauth.flows import FlowOf, flow_of
from enate_desktop.credentials.oauth.registration import (
    Prompt,
    SignInCancelledError,
)
from enate_desktop.credentials.oauth.token import Token
from enate_desktop.domain.connectors import Authentication, Connector, Side
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.oauth import OAuthFlow
from enate_desktop.domain.people import Permission
from enate_desktop.services.context import Context
from enate_desktop.services.oauth_settings import token_name, usable_oauth
from enate_desktop.services.oauth_tokens import registration_of, secrets_on_screen
from enate_desktop.services.vault import SecretChanges, SecretName

__all__ = ["Prompt", "SignInCancelledError", "SignInService", "SignedIn"]


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn:
    """Who signed in (empty where the provider does not say), and the secrets to save with it."""

    account: str
    secrets: dict[SecretName, bytes]


class SignInService:
    """Lets a person sign in for a connector; blocking, so the window runs it off the GUI thread."""

    def __init__(self, context: Context, flows: FlowOf = flow_of) -> None:
        """Work with ``context``."""
        self._context = context
        self._flows = flows

    def sign_in(
        self,
        connector: Connector,
        side: Side,
        secrets: SecretChanges,
        prompt: Prompt,
        cancel: threading.Event,
    ) -> SignedIn:
        """Sign in for one side of ``connector`` as given, or for both where they share it.

        Stored secrets fill in for those not in ``secrets``. Nothing is stored: the secrets of the
        answer belong into the save. An application only tries whether it gets a token. Raises
        InputError, SignInNeededError, UnavailableError, or SignInCancelledError.
        """
        self._context.need(Permission.EDIT_CONNECTORS)
        if side not in connector.sides:
            raise InputError(f"There is no {side} server to sign in to.", "Fill it in.", field=side)
        if connector.sides[side].authentication is not Authentication.OAUTH2:
            raise InputError(
                f'The {side} side of "{connector.name}" does not sign in with OAuth 2.0.',
                "Choose it as the sign-in method first.",
                field=f"{side}.authentication",
            )
        connector = _in_stored_form(connector, side)
        known = secrets_on_screen(self._context, connector, secrets)
        registration = registration_of(connector, side, known)
        flow = self._flows(registration)
        if registration.settings.flow is OAuthFlow.APPLICATION:
            flow.for_itself()
            return SignedIn("", {})
        token = flow.sign_in(prompt, cancel)
        if cancel.is_set():
            raise SignInCancelledError("The sign-in was cancelled.", "Nothing was changed.")
        return SignedIn(token.account, {token_name(connector, side): token.to_json()})

    def account(self, connector_id: int, side: Side) -> str:
        """Who is signed in with the stored token; empty for nobody, and for an application."""
        with self._context.database.read() as work:
            connector = work.connectors.get(connector_id)
            if connector is None or side not in connector.sides:
                return ""
            name = token_name(connector, side)
            raw = self._context.vault.secret(work, connector_id, name)
        return Token.from_json(raw).account if raw is not None else ""


def _in_stored_form(connector: Connector, side: Side) -> Connector:
    """``connector`` with the registration of ``side`` as it would be saved; InputError if unusable.

    The other side may still be half filled in: it counts only if it shares the sign-in.
    """
    usable = {side: usable_oauth(connector.sides[side], side)}
    for other, settings in connector.sides.items():
        if other is not side:
            with suppress(InputError):
                usable[other] = usable_oauth(settings, other)
    return replace(
        connector,
        incoming=usable.get(Side.INCOMING, connector.incoming),
        outgoing=usable.get(Side.OUTGOING, connector.outgoing),
    )
