"""Removing a customer, and finding sessions that ended long ago."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the table of erasures, and what finds sessions for it."""
    op.execute("""
    CREATE TABLE erasures (
        id             uuid PRIMARY KEY,
        tenant         text NOT NULL,
        customer       text,
        sessions       integer NOT NULL DEFAULT 0,
        correlation_id text NOT NULL,
        requested_by   text NOT NULL,
        requested_at   timestamptz NOT NULL DEFAULT now(),
        finished_at    timestamptz
    );
    COMMENT ON COLUMN erasures.customer IS 'known until the customer is erased';
    CREATE UNIQUE INDEX erasures_unfinished ON erasures (tenant, customer) WHERE finished_at IS NULL;

    ALTER TABLE sessions ADD COLUMN erased_at timestamptz;
    COMMENT ON COLUMN sessions.erased_at IS 'when what was said in it was removed';
    CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;
    CREATE INDEX sessions_erased ON sessions (erased_at) WHERE erased_at IS NOT NULL;
    CREATE INDEX idempotent_answers_by_session ON idempotent_answers (session);
    """)
