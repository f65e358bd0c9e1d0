"""Calls of SQL databases: one statement or stored function, parameters never part of the text."""

import re
from collections.abc import Iterable, Iterator, Mapping

from pydantic import Field, JsonValue, model_validator
from sqlalchemy import URL, TextClause, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from functions.calls.protocol import Answer, CallPart, Request
from functions.errors import Permanent, Transient
from functions.fields import Location
from functions.json_values import as_json
from functions.systems import Access, System
from functions.tracing import exchange

_MOST_ROWS = 1000
_CAST_PARAMETER = re.compile(r"(?<![:\w\\]):\w+::")
_FUNCTION = r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$"


class SqlCall(CallPart):
    """The ``sql`` part of a declaration: a statement with parameters by name, or a stored function by position.

    In expressions, ``response.rows`` holds the rows, ``response.row`` the first one, ``response.count`` how many rows
    were given or changed; after an error of the database, ``response.sqlstate`` holds its code.
    """

    statement: str | None = Field(default=None, max_length=20_000)
    """SQL with inputs as ``:name``."""
    function: str | None = Field(default=None, pattern=_FUNCTION)
    """A stored function that gets all inputs in their declared order."""
    read_only: bool = True
    """The transaction can't write; only a function with effect ``read`` is so."""

    @model_validator(mode="after")
    def _one_of_both(self) -> "SqlCall":
        if (self.statement is None) == (self.function is None):
            raise ValueError("give exactly one of statement, function")
        if _CAST_PARAMETER.search(self.statement or ""):
            raise ValueError("cast a parameter by CAST(:name AS type): in :name::type it is not seen")
        return self

    def input_names(self) -> Iterator[tuple[Location, str]]:
        """The inputs that the statement names."""
        return ((("statement",), name) for name in text(self.statement or "").compile().params)


class SqlCaller:
    """Makes the SQL call of one function."""

    def __init__(self, call: SqlCall, system: str, engine: AsyncEngine) -> None:
        self._call = call
        self._system = system
        self._engine = engine
        self._names = [name for _, name in call.input_names()]

    async def __call__(self, request: Request) -> Answer:
        """Run the statement in a transaction of its own; see functions.calls.protocol.Caller."""
        parameters = self._parameters(request)
        statement = self._statement(parameters)
        with exchange(lambda: {"statement": statement.text, "parameters": dict(parameters)}) as answered:
            answer = await self._answer(statement, parameters)
            answered(lambda: {"response": answer.response})
            return answer

    async def _answer(self, statement: TextClause, parameters: Mapping[str, JsonValue]) -> Answer:
        try:
            connection = await self._engine.connect()
        except (SQLAlchemyError, OSError) as error:
            raise Transient("connect", f"{self._system} can't be reached") from error
        try:
            async with connection.begin():
                return await self._run(connection, statement, parameters)
        except DBAPIError as error:
            return self._refused(error)
        except SQLAlchemyError as error:
            raise Permanent("sql", f"the statement can't be run: {type(error).__name__}") from error
        finally:
            await connection.close()

    async def _run(
        self, connection: AsyncConnection, statement: TextClause, parameters: Mapping[str, JsonValue]
    ) -> Answer:
        if self._call.read_only:
            await connection.execute(text("SET TRANSACTION READ ONLY"))
        result = await connection.execute(statement, parameters)
        if not result.returns_rows:
            return Answer(None, {"rows": [], "row": None, "count": result.rowcount})
        found = result.mappings().fetchmany(_MOST_ROWS + 1)
        if len(found) > _MOST_ROWS:
            raise Permanent("oversized", f"{self._system} answered with more than {_MOST_ROWS} rows")
        rows: list[JsonValue] = [{name: _column(name, value) for name, value in row.items()} for row in found]
        return Answer(None, {"rows": rows, "row": rows[0] if rows else None, "count": len(rows)})

    def _parameters(self, request: Request) -> Mapping[str, JsonValue]:
        if self._call.statement is None:
            return request.inputs
        return {name: request.inputs[name] for name in self._names}

    def _statement(self, names: Iterable[str]) -> TextClause:
        if self._call.statement is not None:
            return text(self._call.statement)
        # The name has been checked to be a plain identifier, the inputs are bound.
        places = ", ".join(f":{name}" for name in names)
        return text(f"SELECT * FROM {self._call.function}({places})")  # noqa: S608

    def _refused(self, error: DBAPIError) -> Answer:
        state = getattr(error.orig, "sqlstate", None)
        if error.connection_invalidated or state is None:
            raise Transient("broken", f"{self._system} broke off the connection") from error
        if _may_pass(state):
            raise Transient("503", f"{self._system} is busy (SQLSTATE {state})") from error
        # The database's own words may hold data of a customer.
        return Answer(None, {"sqlstate": state}, refused=f"refused the statement (SQLSTATE {state})")


def _may_pass(sqlstate: str) -> bool:
    """Nothing was done: serialisation failure, deadlock, too many connections, starting or stopping (PostgreSQL, A)."""
    return sqlstate in {"40001", "40P01", "53300", "57P01", "57P02", "57P03"}


def _column(name: str, value: object) -> JsonValue:
    try:
        return as_json(value)
    except ValueError as error:
        raise Permanent("unreadable", f"column {name} holds {error}") from None


class SqlCalls:
    """The SQL protocol: one pool of connections a system."""

    def __init__(self) -> None:
        self._engines: dict[str, AsyncEngine] = {}

    def caller(self, call: SqlCall, system: System, access: Access) -> SqlCaller:
        """Prepare the call of one function.

        Raises:
            ValueError: the system has no address, or one that is no database URL such as
                ``postgresql+psycopg://host:5432/name``.
        """
        engine = self._engines.get(system.name)
        if engine is None:
            engine = self._engines[system.name] = _engine(system, access)
        return SqlCaller(call, system.name, engine)

    async def close(self) -> None:
        """Close all connections."""
        for engine in self._engines.values():
            await engine.dispose()
        self._engines.clear()


def _engine(system: System, access: Access) -> AsyncEngine:
    try:
        url: URL = make_url(access.address)
        if access.user is not None and access.password is not None:
            url = url.set(username=access.user.get_secret_value(), password=access.password.get_secret_value())
        return create_async_engine(
            url,
            pool_size=min(system.limits.concurrency, 20),
            max_overflow=max(0, system.limits.concurrency - 20),
            pool_pre_ping=True,
            connect_args={"connect_timeout": max(1, round(system.connect.total_seconds()))},
        )
    except (ArgumentError, SQLAlchemyError, ImportError) as error:
        raise ValueError(f"system {system.name} has no database URL: {type(error).__name__}") from error
