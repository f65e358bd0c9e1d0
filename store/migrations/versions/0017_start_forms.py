"""Sessions whose script begins with a form: it is asked for before the engine is."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the columns."""
    op.execute("""
    ALTER TABLE sessions ADD COLUMN start_form text CHECK (start_form IN ('asked', 'answered'));
    ALTER TABLE sessions ADD COLUMN start_tried_at timestamptz;
    COMMENT ON COLUMN sessions.start_form IS 'null where the script has none';
    COMMENT ON COLUMN sessions.start_tried_at IS 'when the engine was last asked to start with the answers';
    """)
