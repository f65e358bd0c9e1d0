"""With which messages releases start."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the table of messages that releases start with."""
    op.execute("""
    CREATE TABLE release_messages (
        message text NOT NULL,
        script  text NOT NULL,
        release integer NOT NULL,
        element text,
        PRIMARY KEY (message, script, release),
        FOREIGN KEY (script, release) REFERENCES releases (script, number)
    );
    COMMENT ON COLUMN release_messages.element IS 'where it starts; null where the script has no other start event';
    """)
