"""Who works on a session, and which sessions wait for somebody."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add lease and handoff to sessions."""
    op.execute("""
    ALTER TABLE sessions
        ADD COLUMN holder     text,
        ADD COLUMN held_until timestamptz,
        ADD COLUMN touched_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN handoff    jsonb;
    COMMENT ON COLUMN sessions.holder IS 'the principal that may write until held_until';
    COMMENT ON COLUMN sessions.touched_at IS 'when somebody last wrote in it; not indexed: writing stays cheap';
    COMMENT ON COLUMN sessions.handoff IS '{channel, team, note, by, at} while it waits to be claimed';
    CREATE INDEX sessions_handed_off ON sessions (tenant) WHERE handoff IS NOT NULL;
    """)
