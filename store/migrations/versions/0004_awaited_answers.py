"""Answers that a system gives later, and what an operator has typed and not yet submitted."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables of awaited answers and of inputs."""
    op.execute("""
    CREATE TABLE awaited_answers (
        token_digest   bytea PRIMARY KEY,
        system         text NOT NULL,
        function       text NOT NULL,
        pin            text,
        task_id        text NOT NULL UNIQUE,
        worker_id      text NOT NULL,
        session        text,
        activity_id    text NOT NULL,
        correlation_id text NOT NULL,
        ordered_at     timestamptz NOT NULL DEFAULT now(),
        until          timestamptz NOT NULL,
        body           jsonb,
        received_at    timestamptz,
        claimed_until  timestamptz
    );
    COMMENT ON COLUMN awaited_answers.token_digest IS 'SHA-256 of the token in the callback address';
    COMMENT ON COLUMN awaited_answers.worker_id IS 'whose lock the external task is under until it is completed';
    COMMENT ON COLUMN awaited_answers.pin IS 'the contract that the release carries, as the external task gave it';
    CREATE INDEX awaited_answers_received ON awaited_answers (received_at) WHERE body IS NOT NULL;

    CREATE TABLE inputs (
        session  uuid NOT NULL REFERENCES sessions,
        step     text NOT NULL,
        answers  jsonb NOT NULL,
        saved_by text NOT NULL,
        saved_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (session, step)
    );
    """)
