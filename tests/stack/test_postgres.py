import asyncio
import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from stack import databases, postgres, unprivileged
from stack.credentials import Login
from stack.failures import PartFailed
from stack.folder import DataFolder
from stack.parts import Restarts
from stack.ports import choose
from stack.supervisor import Supervisor
from tests.stack.ground import Told

SUPERUSER = Login(user="postgres", password='it\'s "secret" \\ пароль')


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    folder = DataFolder(tmp_path_factory.mktemp("data"))
    folder.logs.mkdir()
    postgres.open_the_way(folder, lambda _said: None)
    return folder


@pytest.fixture(scope="module")
async def port(data: DataFolder) -> AsyncIterator[int]:
    """A running server on data of its own."""
    port = choose({"postgres": 0}, {}, random.SystemRandom())["postgres"]
    await postgres.initialise(data, SUPERUSER)
    stop, ready = asyncio.Event(), asyncio.Event()
    supervisor = Supervisor([postgres.part(data, port)], data, Restarts(), Told())
    task = asyncio.create_task(supervisor.run(stop, ready.set))
    async with asyncio.timeout(60):
        await ready.wait()
    yield port
    stop.set()
    await task
    assert "database system is shut down" in data.log("postgres").read_text()


def connect(port: int, login: Login, database: str) -> psycopg.Connection:
    return psycopg.connect(host="127.0.0.1", port=port, user=login.user, password=login.password, dbname=database)


def test_server_asks_for_the_password(port: int) -> None:
    with connect(port, SUPERUSER, "postgres") as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("SHOW unix_socket_directories").fetchone() == ("",)
        assert connection.execute("SELECT upper('ё')").fetchone() == ("Ё",)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(port, SUPERUSER.model_copy(update={"password": "guessed"}), "postgres")


def test_databases_belong_to_their_owners_and_may_be_asked_for_again(port: int) -> None:
    owners = [Login.generate("first"), Login.generate("second")]
    with connect(port, SUPERUSER, "postgres") as connection:
        connection.autocommit = True
        for owner in (*owners, *owners):
            databases.ensure(connection, owner.user, owner.password)
    for owner in owners:
        with connect(port, owner, owner.user) as connection:
            connection.execute("CREATE TABLE kept (id int)")
    changed = owners[0].model_copy(update={"password": "changed"})
    with connect(port, SUPERUSER, "postgres") as connection:
        connection.autocommit = True
        databases.ensure(connection, changed.user, changed.password)
    with connect(port, changed, "first") as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


async def test_data_that_is_there_is_left_alone(port: int, data: DataFolder) -> None:
    before = (data.postgres / "PG_VERSION").stat()
    await postgres.initialise(data, SUPERUSER)
    assert (data.postgres / "PG_VERSION").stat().st_ino == before.st_ino
    with connect(port, SUPERUSER, "postgres"):
        pass


async def test_interrupted_initialisation_leaves_nothing_half_made(folder: DataFolder) -> None:
    postgres.open_the_way(folder, lambda _said: None)
    making = asyncio.create_task(postgres.initialise(folder, SUPERUSER))
    async with asyncio.timeout(60):
        while not (folder.path / "postgres.new" / "data" / "base").exists():
            assert not making.done()
            await asyncio.sleep(0)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert not folder.postgres.exists()
    await postgres.initialise(folder, SUPERUSER)
    assert (folder.postgres / "PG_VERSION").exists()
    assert not (folder.path / "postgres.new").exists()


async def test_initialisation_that_fails_says_why(folder: DataFolder) -> None:
    postgres.open_the_way(folder, lambda _said: None)
    with pytest.raises(PartFailed, match=r"(?s)^PostgreSQL's data could not be made\. .*password"):
        await postgres.initialise(folder, Login(user="postgres", password=""))
    assert not folder.postgres.exists()


def test_way_is_opened_for_passing_through_alone(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "open").mkdir(mode=0o755)
    inner = closed / "open" / "postgres"
    assert closed in unprivileged.closed_to_others([inner])
    assert closed / "open" not in unprivileged.closed_to_others([inner])
    unprivileged.let_pass([closed])
    assert closed.stat().st_mode & 0o777 == 0o701
    assert closed not in unprivileged.closed_to_others([inner])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must give its rights away")
def test_root_gives_its_rights_away(port: int, data: DataFolder) -> None:
    pid = int((data.postgres / "postmaster.pid").read_text().splitlines()[0])
    status = Path(f"/proc/{pid}/status").read_text()
    assert "Uid:\t0" not in status
    assert "Gid:\t0" not in status
    assert "Groups:\t \n" in status
