"""Which schemas this version of the program knows."""

from enate_desktop.domain.errors import StorageError

HEAD = "0003"
"""The newest migration; a test compares it with the scripts."""
KNOWN_REVISIONS = ("0001", "0002", "0003")


def needs_upgrade(present: str | None, thing: str) -> bool:
    """Whether a database with the schema ``present`` (None: empty) must be brought up to date.

    ``thing`` is what the person knows it as. Raises StorageError for one of a newer version.
    """
    if present is not None and present not in KNOWN_REVISIONS:
        raise StorageError(
            f"This {thing} was written by a newer version of Enate Desktop.",
            "Nothing was changed. Open it with that version, or install the newer program.",
        )
    return present != HEAD
