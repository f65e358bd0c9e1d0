"""What going back needs: what each step saw, what is being gone back to, and what compensable calls were made with."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create the tables of snapshots and Backs, and keep more of an effect."""
    op.execute("""
    CREATE TABLE snapshots (
        session   uuid NOT NULL,
        step      text NOT NULL,
        variables jsonb NOT NULL,
        times     jsonb NOT NULL DEFAULT '{}',
        PRIMARY KEY (session, step)
    );
    COMMENT ON TABLE snapshots IS 'the variables that a step saw when it was answered, kept until the session is over';
    COMMENT ON COLUMN snapshots.step IS 'empty for what the session was started with';
    COMMENT ON COLUMN snapshots.times IS 'those variables that are times, as ISO 8601';

    CREATE TABLE backs (
        id              uuid PRIMARY KEY,
        session         uuid NOT NULL,
        step            text NOT NULL,
        idempotency_key text,
        actor           text NOT NULL,
        correlation_id  text NOT NULL,
        plan            jsonb NOT NULL,
        moved           boolean NOT NULL DEFAULT false,
        claimed_until   timestamptz,
        begun_at        timestamptz NOT NULL DEFAULT now(),
        ended_at        timestamptz
    );
    COMMENT ON TABLE backs IS 'intents to go back, written before the engine is asked; kept while the session runs';
    COMMENT ON COLUMN backs.moved IS 'the engine stands at the step; what was made after it is being undone';
    CREATE UNIQUE INDEX backs_under_way ON backs (session) WHERE ended_at IS NULL;
    CREATE INDEX backs_by_session ON backs (session);

    ALTER TABLE effects ADD COLUMN kind text NOT NULL DEFAULT 'irreversible'
        CHECK (kind IN ('compensable', 'irreversible'));
    ALTER TABLE effects ADD COLUMN inputs jsonb;
    ALTER TABLE effects ADD COLUMN undo_instance text;
    ALTER TABLE effects DROP CONSTRAINT effects_state_check;
    ALTER TABLE effects ADD CONSTRAINT effects_state_check
        CHECK (state IN ('begun', 'done', 'refused', 'not_made', 'undone'));
    COMMENT ON COLUMN effects.inputs IS 'of a compensable call, for the function that undoes it';
    COMMENT ON COLUMN effects.undo_instance IS 'the process instance that undoes it';
    """)
