"""The data folder: private, and on a disk where locks and flushes mean what they say (MAIL 3.3)."""

import os
import sys
from pathlib import Path

from enate_desktop.domain.errors import StorageError

_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "9p", "afs", "ceph", "lustre", "gfs2"}
_REMOTE |= {"ocfs2", "glusterfs", "davfs", "fuse.sshfs", "fuse.glusterfs", "fuse.rclone"}
_REMOTE |= {"fuse.davfs", "fuse.s3fs", "fuse.onedriver"}
"""Kinds of file systems whose files several computers see."""
_SYNCED = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
"""What Windows names the folders that it copies elsewhere while they are written."""
_REMOTE_DRIVE = 4
"""DRIVE_REMOTE of GetDriveTypeW."""
MOUNTS = Path("/proc/self/mounts")


def make_data_folder(folder: Path) -> None:
    """Make the folder, for its owner only, where it is absent; StorageError says why it cannot."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise unusable_folder(folder, error) from None


def unusable_folder(folder: Path, error: OSError) -> StorageError:
    """What the system refused, in words for a person."""
    return StorageError(
        f"The data folder {folder} cannot be used: {error.strerror or error}.",
        "Nothing was changed. Choose another folder with --data, or mend its permissions.",
    )


def refuse_shared_place(path: Path) -> None:
    """Raise StorageError when the file would lie on another computer or in a synced folder."""
    place = path.absolute()
    kind = _windows_kind(place) if sys.platform == "win32" else remote_kind(place, _mounts())
    if kind:
        raise StorageError(
            f"The data folder {place.parent} is not on a disk of this computer ({kind}).",
            "A data file there can be damaged, so nothing was opened. Choose a local folder with "
            "--data; to work together, use a PostgreSQL server with --database.",
        )


def remote_kind(place: Path, mounts: str) -> str:
    """The kind of file system ``place`` is on where that is a remote one, else an empty text.

    ``mounts`` is in the form of /proc/self/mounts (proc(5)): the last that matches counts.
    """
    found, depth = "", -1
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        # Blanks and the like are written as octal escapes there.
        point = Path(fields[1].encode().decode("unicode_escape"))
        if place.is_relative_to(point) and len(point.parts) >= depth:
            found, depth = fields[2], len(point.parts)
    return found if found in _REMOTE else ""


def in_synced_folder(place: Path, environment: dict[str, str]) -> bool:
    """Whether ``place`` lies in a folder that Windows names as one of OneDrive's."""
    folders = (environment.get(name) for name in _SYNCED)
    return any(place.is_relative_to(folder) for folder in folders if folder)


def _mounts() -> str:
    try:
        return MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _windows_kind(place: Path) -> str:
    if place.drive.startswith("\\\\"):
        return "network folder"
    if in_synced_folder(place, dict(os.environ)):
        return "OneDrive"
    # There only on Windows.
    from ctypes import windll  # type: ignore[attr-defined,unused-ignore]

    remote = windll.kernel32.GetDriveTypeW(place.anchor) == _REMOTE_DRIVE
    return "network drive" if remote else ""
