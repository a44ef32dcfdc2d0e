"""The database's history, from the first table on."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from tresen.kit.db import Database

# Any number will do; all Tresen processes ask PostgreSQL for the same one.
_LOCK = 7_391_301


async def upgrade(db: Database) -> None:
    """Bring the schema to the newest revision; safe when several processes start at once."""
    async with db.write() as tx:
        if not db.is_sqlite:
            await tx.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        await tx.connection.run_sync(_upgrade)


async def pending(db: Database) -> bool:
    """Whether the schema is behind this program."""
    async with db.read() as tx:
        return await tx.connection.run_sync(_pending)


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _pending(connection: Connection) -> bool:
    here = MigrationContext.configure(connection).get_current_revision()
    return here != ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("tresen") / "migrations"))
    return config
