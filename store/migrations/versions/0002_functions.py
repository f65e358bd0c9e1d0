"""What workers share: answers of functions, who is asking for one, and irreversible calls."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables of integration functions.

    Answers, leases and generations are unlogged: after a crash of the server all three are empty, which is only slower.
    """
    op.execute("""
    CREATE UNLOGGED TABLE function_answers (
        key        text PRIMARY KEY,
        generation integer NOT NULL,
        outputs    jsonb NOT NULL,
        kept_at    timestamptz NOT NULL,
        until      timestamptz NOT NULL
    );
    CREATE INDEX function_answers_by_end ON function_answers (until);

    CREATE UNLOGGED TABLE function_leases (
        key    text PRIMARY KEY,
        holder text NOT NULL,
        until  timestamptz NOT NULL
    );

    CREATE UNLOGGED TABLE function_generations (
        tag        text PRIMARY KEY,
        generation integer NOT NULL
    );

    CREATE TABLE effects (
        key            text PRIMARY KEY,
        function       text NOT NULL,
        session        uuid,
        activity_id    text NOT NULL,
        correlation_id text NOT NULL,
        state          text NOT NULL CHECK (state IN ('begun', 'done', 'refused', 'not_made')),
        outputs        jsonb,
        code           text,
        begun_at       timestamptz NOT NULL DEFAULT now(),
        settled_at     timestamptz
    );
    CREATE INDEX effects_by_session ON effects (session) WHERE session IS NOT NULL;
    """)
