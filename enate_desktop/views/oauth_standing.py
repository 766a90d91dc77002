"""How the sign-in of a registration stands while nobody is signing in, in words (C-03)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from enate_desktop.item_models.time_text import day_text
from enate_desktop.services.vault import SecretName

PROVIDER_NAMES = {OAuthProvider.MICROSOFT: "Microsoft", OAuthProvider.GOOGLE: "Google"}


class SignInState(StrEnum):
    """How the sign-in stands."""

    NOBODY = "nobody"
    UNDER_WAY = "under way"
    SIGNED_IN = "signed in"
    NEEDED = "needed"
    REFUSED = "refused"
    NO_PERSON = "no person"


@dataclass(frozen=True, slots=True, repr=False)
class HeldSignIn:
    """A sign-in made on screen, and the registration it was made with."""

    settings: OAuthSettings
    account: str
    secrets: Mapping[SecretName, bytes]
    moment: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What is to be shown: a state, its title and a note that may be empty."""

    state: SignInState
    title: str
    note: str = ""


@dataclass(slots=True, repr=False)
class SignInFacts:
    """What is known of the sign-ins of one side with one provider."""

    stored: OAuthSettings | None = None
    """The registration of the stored token, if one is stored."""
    account: str = ""
    """Who the stored token is of, as far as that is known."""
    held: HeldSignIn | None = None
    needed: str = ""
    """Why the stored token is of no use any more."""
    refused: str = ""
    """Why the last attempt did not work."""
    shared: bool = False
    """Whether the sign-in of incoming mail is used."""

    def held_for(self, settings: OAuthSettings) -> HeldSignIn | None:
        """The sign-in made on screen, if it was made with ``settings``."""
        held = self.held
        return held if held is not None and _same(held.settings, settings) else None

    def stored_for(self, settings: OAuthSettings) -> bool:
        """Whether the stored token is one for ``settings``."""
        return self.stored is not None and _same(self.stored, settings)

    def has_token(self, settings: OAuthSettings) -> bool:
        """Whether a token for ``settings`` is stored or held under a name of this side."""
        if self.shared or settings.flow is OAuthFlow.APPLICATION:
            return False
        return self.stored_for(settings) or self.held_for(settings) is not None

    def standing(self, settings: OAuthSettings) -> Standing:
        """How it stands with ``settings`` on screen."""
        if self.shared:
            return Standing(
                SignInState.NO_PERSON,
                "Signs in together with incoming mail.",
                "Registration and username are the same.",
            )
        if settings.flow is OAuthFlow.APPLICATION:
            return Standing(
                SignInState.NO_PERSON,
                "The program signs in by itself.",
                "The connection test asks for a token. The provider's administrator must give the"
                " application access to the mailbox.",
            )
        if self.refused:
            return Standing(SignInState.REFUSED, "The sign-in did not work.", self.refused)
        return self._of_a_person(settings)

    def _of_a_person(self, settings: OAuthSettings) -> Standing:
        held = self.held_for(settings)
        if held is not None:
            title = f"{_signed_in(held.account)} on {day_text(held.moment)}"
            return Standing(SignInState.SIGNED_IN, title, "Save to keep this sign-in.")
        if self.stored_for(settings):
            if self.needed:
                return Standing(SignInState.NEEDED, "Sign in again", self.needed)
            return Standing(SignInState.SIGNED_IN, _signed_in(self.account))
        if self.held is not None or self.stored is not None:
            note = "The registration was changed since the last sign-in."
            return Standing(SignInState.NEEDED, "Sign in again", note)
        how = "A page opens in the browser. Sign in there as someone who may use the mailbox."
        if settings.flow is OAuthFlow.DEVICE:
            how = "A code is shown here. Type it on another device, and sign in there."
        return Standing(SignInState.NOBODY, "Nobody has signed in yet.", how)


def _same(one: OAuthSettings, other: OAuthSettings) -> bool:
    """Whether a token got with one is good for the other; how it was got does not matter."""
    return replace(one, flow=other.flow) == other


def _signed_in(account: str) -> str:
    return f"Signed in as \u2068{account}\u2069" if account else "Signed in"
