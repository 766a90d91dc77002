"""Finds the flow of a registration's provider, and loads its library only then."""

from collections.abc import Callable

from enate_desktop.credentials.oauth.registration import Flow, Registration
from enate_desktop.domain.oauth import OAuthProvider

FlowOf = Callable[[Registration], Flow]


def flow_of(registration: Registration) -> Flow:
    """The provider's flow of a registration; opens no connection yet."""
    if registration.settings.provider is OAuthProvider.MICROSOFT:
        # The web libraries cost 150 ms to import; the window is opened without them.
        from enate_desktop.credentials.oauth.microsoft import MicrosoftFlow

        return MicrosoftFlow(registration)
    # As above: only somebody who signs in pays for it.
    from enate_desktop.credentials.oauth.standard import StandardFlow

    return StandardFlow(registration)
