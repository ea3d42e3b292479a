"""Brings a database to the newest schema, or says that it is not there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

HERE = Path(__file__).parent


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("version_locations", str(HERE / "versions"))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = engine
    return config


def newest_revision() -> str:
    """The revision that this program needs."""
    revision = ScriptDirectory(str(HERE)).get_current_head()
    assert revision is not None
    return revision


def current_revision(engine: Engine) -> str | None:
    """The revision the database stands at; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine, revision: str = "head") -> None:
    """The database stands at the newest revision, or at an earlier one where asked; all earlier data is kept."""
    command.upgrade(_config(engine), revision)


def is_known(revision: str) -> bool:
    """Whether this program has the migration; no for a database of a newer program."""
    return any(script.revision == revision for script in ScriptDirectory(str(HERE)).walk_revisions())
