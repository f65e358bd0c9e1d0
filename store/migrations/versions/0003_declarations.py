"""Declarations of functions and systems written through the API, and where releases use functions."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables of declarations and of their uses."""
    op.execute("""
    CREATE TABLE declaration_revisions (
        kind       text NOT NULL CHECK (kind IN ('function', 'system')),
        name       text NOT NULL,
        number     integer NOT NULL CHECK (number > 0),
        digest     text NOT NULL,
        document   jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        PRIMARY KEY (kind, name, number)
    );
    COMMENT ON TABLE declaration_revisions IS 'immutable; the highest number of a name is in force';

    CREATE TABLE release_functions (
        script   text NOT NULL,
        release  integer NOT NULL,
        element  text NOT NULL,
        function text NOT NULL,
        PRIMARY KEY (script, release, element),
        FOREIGN KEY (script, release) REFERENCES releases
    );
    CREATE INDEX release_functions_by_function ON release_functions (function);
    CREATE INDEX sessions_running ON sessions (script, release) WHERE state IN ('starting', 'running');
    """)
