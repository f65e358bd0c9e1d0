"""Calls of SQL databases, on a real PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
import yaml
from pydantic import SecretStr

from functions.calls.protocol import Answer, Request
from functions.calls.sql import SqlCall, SqlCalls
from functions.errors import FunctionError, Transient
from functions.systems import Access, System
from stack.running import Running
from tests.databases import fresh_database
from tests.functions.declared import CONTEXT, SYSTEM, loaded, source

TABLES = """
CREATE TABLE accounts (account text PRIMARY KEY, balance bigint, rate numeric, opened date, tags jsonb, id uuid);
INSERT INTO accounts VALUES
  ('1', 5000, 12.5, '2026-11-23', '["Ё", 1]', '8a0c8e3e-6e0c-4a53-8f0e-0d8f2c7b1a11'),
  ('2', 9007199254740993, 7, NULL, NULL, NULL);
CREATE FUNCTION balance_of(account text, share integer) RETURNS TABLE (part bigint) LANGUAGE sql
  AS 'SELECT balance / share FROM accounts WHERE accounts.account = $1';
CREATE FUNCTION refuse() RETURNS void LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'Анна' USING ERRCODE = 'BZ001'; END $$;
"""


@pytest.fixture(scope="module")
def database(stack: Running) -> Iterator[str]:
    with fresh_database(stack) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(TABLES.encode())
        yield url.replace("postgresql://", "postgresql+psycopg://")


@asynccontextmanager
async def calling(url: str, call: dict[str, Any]) -> AsyncIterator[Any]:
    calls = SqlCalls()
    try:
        yield calls.caller(SqlCall(**call), System.model_validate(yaml.safe_load(SYSTEM)), Access("billing", url, {}))
    finally:
        await calls.close()


async def answer(url: str, call: dict[str, Any], **inputs: Any) -> Answer:
    async with calling(url, call) as caller:
        found: Answer = await caller(Request(inputs, CONTEXT, {}))
        return found


async def test_inputs_are_bound_by_name_and_rows_become_json(database: str) -> None:
    statement = "SELECT *, '12:30'::time AS at FROM accounts WHERE account = :account"
    found = await answer(database, {"statement": statement}, account="1", unused=[1])
    row = {
        "account": "1",
        "balance": 5000,
        "rate": 12.5,
        "opened": "2026-11-23",
        "tags": ["Ё", 1],
        "id": "8a0c8e3e-6e0c-4a53-8f0e-0d8f2c7b1a11",
        "at": "12:30:00",
    }
    assert found.response == {"rows": [row], "row": row, "count": 1}


async def test_a_large_integer_is_a_string_and_a_whole_decimal_an_integer(database: str) -> None:
    found = await answer(database, {"statement": "SELECT balance, rate FROM accounts WHERE account = '2'"})
    assert isinstance(found.response, dict)
    assert found.response["row"] == {"balance": "9007199254740993", "rate": 7}


async def test_an_input_is_never_a_part_of_the_statement(database: str) -> None:
    found = await answer(database, {"statement": "SELECT * FROM accounts WHERE account = :a"}, a="' OR '1'='1")
    assert found.response == {"rows": [], "row": None, "count": 0}


async def test_a_stored_function_gets_inputs_by_position(database: str) -> None:
    found = await answer(database, {"function": "balance_of"}, any_name="1", other=2)
    assert isinstance(found.response, dict)
    assert found.response["row"] == {"part": 2500}


async def test_reading_cannot_write(database: str) -> None:
    delete = {"statement": "DELETE FROM accounts WHERE account = :account"}
    found = await answer(database, delete, account="1")
    assert found.response == {"sqlstate": "25006"}
    assert found.refused == "refused the statement (SQLSTATE 25006)"
    found = await answer(database, {"statement": "SET TRANSACTION READ WRITE; " + delete["statement"]}, account="1")
    assert found.refused is not None


async def test_writing_commits(database: str) -> None:
    insert = {"statement": "INSERT INTO accounts (account) VALUES (:account)", "read_only": False}
    found = await answer(database, insert, account="9")
    assert found.response == {"rows": [], "row": None, "count": 1}
    again = await answer(database, insert, account="9")
    assert again.response == {"sqlstate": "23505"}
    count = await answer(database, {"statement": "SELECT count(*) AS n FROM accounts WHERE account = '9'"})
    assert isinstance(count.response, dict)
    assert count.response["row"] == {"n": 1}


async def test_what_the_database_says_is_not_repeated(database: str) -> None:
    found = await answer(database, {"function": "refuse"})
    assert found.response == {"sqlstate": "BZ001"}
    assert "Анна" not in (found.refused or "")


@pytest.mark.parametrize(
    ("statement", "cause"),
    [
        ("SELECT generate_series(1, 1001) AS n", "oversized"),
        ("SELECT 'x'::bytea AS b", "unreadable"),
        ("SELECT pg_terminate_backend(pg_backend_pid())", "broken"),
    ],
)
async def test_what_cannot_be_used(database: str, statement: str, cause: str) -> None:
    with pytest.raises(FunctionError) as caught:
        await answer(database, {"statement": statement})
    assert getattr(caught.value, "cause", None) == cause


async def test_a_database_that_is_down(unused_tcp_port: int) -> None:
    with pytest.raises(Transient, match="billing can't be reached"):
        await answer(f"postgresql+psycopg://127.0.0.1:{unused_tcp_port}/x", {"statement": "SELECT 1"})


def test_an_address_must_be_a_database_url() -> None:
    access = Access("billing", "http://x", {}, SecretStr("bob"), SecretStr("s3cret"))
    with pytest.raises(ValueError, match="system billing has no database URL") as caught:
        SqlCalls().caller(SqlCall(statement="SELECT 1"), System.model_validate(yaml.safe_load(SYSTEM)), access)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ({}, "call.sql: give exactly one of statement, function"),
        ({"statement": "SELECT :who"}, "call.sql.statement: who is no input"),
        ({"statement": "SELECT :account::text"}, "call.sql: cast a parameter by CAST(:name AS type)"),
        ({"function": "f(); DROP TABLE x"}, "call.sql.function: string should match pattern"),
        ({"statement": "SELECT 1", "read_only": False}, "call.sql.read_only: only a function with effect read"),
    ],
)
def test_mistakes(call: dict[str, Any], sentence: str) -> None:
    (mistake,) = loaded(source(call={"sql": call})).mistakes
    assert mistake.sentence.startswith(sentence)


def test_casts_and_strings_are_no_inputs() -> None:
    call = {"sql": {"statement": "SELECT CAST(:account AS text), '{\"a\"\\:1}'::json, '12\\:30'::time"}}
    assert loaded(source(call=call)).mistakes == ()
