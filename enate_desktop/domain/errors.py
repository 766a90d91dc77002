"""The errors a person is told about; anything else that escapes is a bug of ours."""


class EnateError(Exception):
    """A known problem: ``title`` says what happened, ``message`` what it means and what to do.

    ``field`` names the input to mend (``"incoming.host"``), or is empty.
    """

    def __init__(self, title: str, message: str = "", *, field: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.message = message
        self.field = field

    def sentence(self) -> str:
        """Title and message as one text, for a terminal or a log line."""
        return f"{self.title} {self.message}".strip()


class InputError(EnateError):
    """What was typed or read cannot be used; nothing was changed."""


class RefusedError(EnateError):
    """A rule of the product does not allow it; nothing was changed."""


class NotPermittedError(RefusedError):
    """The person lacks the permission (P-01)."""


class StaleError(RefusedError):
    """Somebody else saved first (S-01); nothing was overwritten."""


class NotFoundError(InputError):
    """The named thing does not exist (any more)."""


class StorageError(EnateError):
    """The data file cannot be used: locked, full, damaged or from a newer version."""


class CredentialError(EnateError):
    """A stored secret cannot be kept or read."""


class SignInNeededError(CredentialError):
    """A person must sign in again: the provider no longer honours what is stored (OAuth 2.0)."""


class UnavailableError(EnateError):
    """A service that is needed, such as a sign-in provider, does not answer now."""
