CREATE SCHEMA IF NOT EXISTS measurements;

CREATE TABLE IF NOT EXISTS measurements.orders (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account   text NOT NULL,
    notify    text NOT NULL, -- where the result goes
    due       timestamptz NOT NULL,
    answered  timestamptz
);
CREATE INDEX IF NOT EXISTS orders_unanswered ON measurements.orders (due) WHERE answered IS NULL;

CREATE TABLE IF NOT EXISTS measurements.commands (
    command   text PRIMARY KEY, -- X-Command-Id
    account   text NOT NULL,
    done_at   timestamptz NOT NULL DEFAULT now()
);
