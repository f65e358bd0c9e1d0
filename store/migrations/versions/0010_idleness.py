"""When a session that nobody writes in is ended."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add limits to releases, and what is known of idle sessions."""
    op.execute("""
    ALTER TABLE releases ADD COLUMN idle_limits jsonb NOT NULL DEFAULT '{}';
    COMMENT ON COLUMN releases.idle_limits IS 'seconds by channel, for every other channel under an empty name';
    ALTER TABLE sessions
        ADD COLUMN idle_until   timestamptz,
        ADD COLUMN is_left_over boolean NOT NULL DEFAULT false;
    COMMENT ON COLUMN sessions.idle_until IS 'it was warned that it is abandoned then; the next write takes that back';
    COMMENT ON COLUMN sessions.is_left_over IS 'abandoned here, perhaps still running in the engine';
    CREATE INDEX sessions_open ON sessions (id) WHERE state = 'running';
    CREATE INDEX sessions_left_over ON sessions (id) WHERE is_left_over;
    """)
