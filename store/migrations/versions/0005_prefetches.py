"""What a release may ask for before a task wants it."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table of prefetches."""
    op.execute("""
    CREATE TABLE release_prefetches (
        script   text NOT NULL,
        release  integer NOT NULL,
        step     text NOT NULL,
        element  text NOT NULL,
        function text NOT NULL,
        pin      text NOT NULL,
        inputs   jsonb NOT NULL,
        repeats  boolean NOT NULL,
        PRIMARY KEY (script, release, step, element),
        FOREIGN KEY (script, release) REFERENCES releases (script, number)
    );
    COMMENT ON TABLE release_prefetches IS 'service tasks that may follow a user task at once';
    COMMENT ON COLUMN release_prefetches.inputs IS 'the variable that each input is read from';
    COMMENT ON COLUMN release_prefetches.repeats IS 'the step may come after the service task, and lead there again';
    """)
