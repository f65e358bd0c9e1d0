CREATE SCHEMA IF NOT EXISTS billing;

CREATE TABLE IF NOT EXISTS billing.customers (
    id         bigint PRIMARY KEY,
    full_name  text NOT NULL,
    name       text NOT NULL, -- how the customer is addressed
    since      date NOT NULL
);

CREATE TABLE IF NOT EXISTS billing.accounts (
    number       text PRIMARY KEY CHECK (number ~ '^[0-9]{10}$'),
    customer_id  bigint NOT NULL REFERENCES billing.customers,
    tariff       text NOT NULL,
    status       text NOT NULL CHECK (status IN ('active', 'blocked'))
);

CREATE TABLE IF NOT EXISTS billing.charges (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account     text NOT NULL REFERENCES billing.accounts,
    amount      bigint NOT NULL CHECK (amount > 0), -- kopecks
    purpose     text NOT NULL,
    charged_on  date NOT NULL
);
CREATE INDEX IF NOT EXISTS charges_account ON billing.charges (account);

CREATE TABLE IF NOT EXISTS billing.payments (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account  text NOT NULL REFERENCES billing.accounts,
    amount   bigint NOT NULL CHECK (amount > 0), -- kopecks
    method   text NOT NULL CHECK (method IN ('card', 'cash', 'bank')),
    paid_on  date NOT NULL
);
CREATE INDEX IF NOT EXISTS payments_account ON billing.payments (account);

CREATE TABLE IF NOT EXISTS billing.promised_payments (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account          text NOT NULL REFERENCES billing.accounts,
    amount           bigint NOT NULL CHECK (amount > 0), -- kopecks
    days             integer NOT NULL CHECK (days > 0),
    due              date NOT NULL,
    paid             boolean NOT NULL DEFAULT false,
    idempotency_key  text NOT NULL UNIQUE,
    created_at       timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX IF NOT EXISTS promised_payments_unpaid ON billing.promised_payments (account) WHERE NOT paid;
