"""The database schema: Alembic revisions, forward only, additive, under one session advisory lock.

The lock belongs to the connection: a process that is killed leaves nothing locked, and of several processes that
start at once one migrates while the others wait.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, create_engine, text

_LOCK = 7_235_110_926_116
_HERE = Path(__file__).parent


def migrate(url: str) -> None:
    """Bring the schema of the database at ``url`` up to date; does nothing where it is.

    Raises:
        sqlalchemy.exc.OperationalError: the database cannot be reached.
    """
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            connection.commit()
            _migrate_own_tables(connection)
            _migrate_procrastinate(connection)
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
            connection.commit()
    finally:
        engine.dispose()


def _migrate_own_tables(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_HERE / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()


def _migrate_procrastinate(connection: Connection) -> None:
    """Apply the schema that procrastinate ships, then each later migration of it once.

    procrastinate leaves it to the application to remember which of its migrations ran ("Migrations" in its
    documentation).
    """
    names = sorted(path.name for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    with connection.begin():
        connection.execute(text("CREATE TABLE IF NOT EXISTS procrastinate_migrations (name text PRIMARY KEY)"))
        applied = set(connection.scalars(text("SELECT name FROM procrastinate_migrations")))
        fresh = connection.scalar(text("SELECT to_regclass('procrastinate_jobs') IS NULL"))
        if fresh:
            connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
        for name in (name for name in names if name not in applied):
            if not fresh:
                script = Path(SchemaManager.get_migrations_path(), name).read_text(encoding="utf-8")
                connection.exec_driver_sql(script.replace("%", "%%"))
            connection.execute(text("INSERT INTO procrastinate_migrations VALUES (:name)"), {"name": name})
