"""Where things are: the data folder of this person and the files shipped with the program."""

import os
import sys
from pathlib import Path

NAME = "enate-desktop"


def default_data_folder() -> Path:
    """The platform's folder for a person's data (S-01)."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / NAME


def resources_folder() -> Path:
    """Icons, demo data and translations: beside the package, or inside it once installed."""
    package = Path(__file__).resolve().parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"
