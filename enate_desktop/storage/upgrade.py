"""Running the migrations that ship with the program."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def migration_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration for our scripts; there is no ini file."""
    config = Config()
    location = files("enate_desktop.storage").joinpath("migrations")
    config.set_main_option("script_location", str(location))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Bring the schema behind ``connection`` to the newest revision, in its transaction."""
    command.upgrade(migration_config(connection), "head")
