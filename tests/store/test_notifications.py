import asyncio
from uuid import uuid4

from store.database import Database
from store.notifications import Notifications, SessionListener


async def _until_listening(notifications: Notifications, listener: SessionListener) -> None:
    probe = uuid4()
    with listener.changes(probe) as changed:
        while not changed.is_set():
            await notifications.session_changed(probe)
            await asyncio.wait([asyncio.ensure_future(changed.wait())], timeout=0.05)


async def test_a_change_wakes_who_waits_for_this_session_alone(database: Database) -> None:
    notifications, listener = Notifications(database), SessionListener(database.url)
    mine, other = uuid4(), uuid4()
    async with listener.listening():
        await _until_listening(notifications, listener)
        with listener.changes(mine) as changed, listener.changes(other) as unchanged:
            await notifications.session_changed(mine)
            await asyncio.wait_for(changed.wait(), 5)
            assert not unchanged.is_set()


async def test_after_a_reconnection_everybody_looks_again(database: Database) -> None:
    notifications, listener = Notifications(database), SessionListener(database.url)
    async with listener.listening():
        await _until_listening(notifications, listener)
        with listener.changes(uuid4()) as changed:
            await database.fetch_one(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE application_name = 'script-manager-listener' AND datname = current_database()"
            )
            await asyncio.wait_for(changed.wait(), 10)


async def test_a_waiter_that_left_is_forgotten(database: Database) -> None:
    listener = SessionListener(database.url)
    with listener.changes(uuid4()):
        assert listener.waiting == 1
    assert listener.waiting == 0
