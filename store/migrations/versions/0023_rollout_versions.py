"""Rollouts with their history, and sessions that know which part of a canary they are."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the tables and columns; what is rolled out now is the first version."""
    op.execute("""
    ALTER TABLE rollouts ADD COLUMN version integer NOT NULL DEFAULT 1;
    COMMENT ON COLUMN rollouts.rules IS
        '[{channel?, tenant?, team?, release, canary?: {release, percent, teams, since, guard?}}], most specific wins';

    CREATE TABLE rollout_versions (
        script     text NOT NULL,
        version    integer NOT NULL,
        rules      jsonb NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        changed_by text NOT NULL,
        cause      jsonb,
        restored   integer,
        PRIMARY KEY (script, version)
    );
    COMMENT ON COLUMN rollout_versions.cause IS '{ru, en}: why, where nobody has decided it';
    COMMENT ON COLUMN rollout_versions.restored IS 'the earlier version that this one went back to';

    INSERT INTO rollout_versions (script, version, rules, changed_at, changed_by)
        SELECT script, version, rules, changed_at, changed_by FROM rollouts;

    ALTER TABLE sessions ADD COLUMN arm text;
    COMMENT ON COLUMN sessions.arm IS 'canary or control, where the rule that began it holds a canary';
    CREATE INDEX sessions_in_canaries ON sessions (script, created_at) WHERE arm IS NOT NULL;
    """)
