CREATE SCHEMA IF NOT EXISTS crm;

CREATE TABLE IF NOT EXISTS crm.cases (
    number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account    text NOT NULL CHECK (account ~ '^[0-9]{10}$'),
    operator   text NOT NULL,
    status     text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'solved', 'cancelled', 'handed_off', 'closed')),
    session    text, -- at Script Manager
    script     text,
    step       text, -- where the conversation stands, as an operator reads it
    "end"      text, -- how it ended
    result     jsonb NOT NULL DEFAULT '{}', -- what the script says came of it
    notes      text NOT NULL DEFAULT '', -- made in the player
    comment    text NOT NULL DEFAULT '',
    opened_at  timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz
);
CREATE INDEX IF NOT EXISTS cases_account ON crm.cases (account, number DESC);
