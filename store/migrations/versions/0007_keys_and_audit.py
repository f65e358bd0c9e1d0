"""What an API key is limited to, the keys it had before, how often it calls, and from where things were done."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add limits, former keys, request counts and addresses."""
    op.execute("""
    ALTER TABLE api_keys
        ADD COLUMN scripts text[],
        ADD COLUMN channels text[],
        ADD COLUMN teams text[],
        ADD COLUMN requests_a_minute integer CHECK (requests_a_minute > 0),
        ADD COLUMN created_by text,
        ADD COLUMN last_used_at timestamptz;
    COMMENT ON COLUMN api_keys.scripts IS 'null for all, as of channels and teams';

    CREATE TABLE former_api_keys (
        digest bytea PRIMARY KEY,
        name   text NOT NULL REFERENCES api_keys,
        until  timestamptz NOT NULL
    );
    COMMENT ON TABLE former_api_keys IS 'keys that another took the place of; good until then, kept afterwards';
    CREATE INDEX former_api_keys_by_name ON former_api_keys (name);

    CREATE UNLOGGED TABLE request_counts (
        principal text NOT NULL,
        minute    timestamptz NOT NULL,
        requests  bigint NOT NULL,
        PRIMARY KEY (principal, minute)
    );

    ALTER TABLE journal ADD COLUMN address text;
    COMMENT ON COLUMN journal.address IS 'from where the request came that did it';
    CREATE INDEX journal_beside_sessions ON journal (id) WHERE session IS NULL;
    """)
