"""How far conversations with bots and IVRs have come."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the table of conversations."""
    op.execute("""
    CREATE TABLE conversations (
        session    uuid PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
        turn       integer NOT NULL,
        talk       jsonb NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON COLUMN conversations.turn IS 'counts the changes, so that of two at once one wins';
    COMMENT ON COLUMN conversations.talk IS 'what is asked and what was said; answers are in inputs';
    """)
