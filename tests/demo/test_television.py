"""The shipped functions of demo television: boxes read and restarted, packages added and taken away."""

import asyncio
from typing import Any

import httpx
import pytest

from demo.inventory.lines import NO_LINE
from demo.television.boxes import KNOWN_TROUBLES, OLD_BOX, SUBSCRIBED, Trouble, boxes
from functions.context import Context
from functions.outcome import Failed, Refused, Succeeded
from functions.runner import Runner
from tests.demo.backoffice import CONTEXT, run

STATES: dict[Trouble, str] = {"none": "GOOD", "hung": "HUNG", "loss": "LOSS", "wifi": "WEAK_WIFI"}
HUNG = {"account": "1000000001"}
KEY = {"idempotency_key": CONTEXT.idempotency_key}


@pytest.fixture
def runner(backoffice_runner: Runner) -> Runner:
    return backoffice_runner


async def offered(runner: Runner, account: str) -> list[str]:
    """Codes of the packages that an account may add."""
    found = await run(runner, "television.find_packages", {"account": account})
    assert isinstance(found, Succeeded)
    options: Any = found.outputs["package_options"]
    return [option["value"] for option in options]


async def state(runner: Runner, account: str) -> object:
    read = await run(runner, "television.read_picture", {"account": account})
    assert isinstance(read, Succeeded)
    return read.outputs["picture_status"]


def test_everybody_with_a_line_has_a_box() -> None:
    assert len(boxes()) == 999
    assert {box.trouble for box in boxes().values()} == set(STATES)


async def test_a_box_and_its_account_are_found_at_once(runner: Runner) -> None:
    box = boxes()["1000000007"]
    name = f"Экран-{box.model.removeprefix('E')}"
    found = await run(runner, "television.find_box", {"account": box.account})
    assert found == Succeeded({"box_model": name, "box_firmware": box.firmware})
    checked = await run(runner, "support.check_television", {"account": box.account})
    assert isinstance(checked, Succeeded)
    wanted = {"account_status": None, "box_known": True, "box_model": name, "outage": True}  # billing is not there
    assert {name: checked.outputs[name] for name in wanted} == wanted


async def test_a_picture_is_read(runner: Runner) -> None:
    read = {account: await state(runner, account) for account in KNOWN_TROUBLES}
    assert read == {account: STATES[trouble] for account, trouble in KNOWN_TROUBLES.items()}


async def test_a_restart_mends_what_was_hung(runner: Runner) -> None:
    assert await run(runner, "television.find_restart", KEY) == Refused("NOT_HAPPENED", {})
    assert await run(runner, "television.restart_box", HUNG) == Succeeded({"box_restarted": True})
    assert await run(runner, "television.find_restart", KEY) == Succeeded({"box_restarted": True})
    assert await state(runner, HUNG["account"]) == "GOOD"
    await run(runner, "television.restart_box", {"account": "1000000009"}, Context("s-2", "a", "t-2", "c-2"))
    assert await state(runner, "1000000009") == "LOSS"


async def test_a_restart_whose_answer_is_lost_happens_once(runner: Runner, backoffice: httpx.AsyncClient) -> None:
    await backoffice.put("/television/_demo/faults", json={"lose_answers": True})
    assert isinstance(await run(runner, "television.restart_box", HUNG), Failed)
    await backoffice.put("/television/_demo/faults", json={})
    assert await run(runner, "television.find_restart", KEY) == Succeeded({"box_restarted": True})


async def test_a_package_is_added_once_and_taken_away(runner: Runner) -> None:
    assert await offered(runner, HUNG["account"]) == ["kino", "sport", "kids", "uhd"]
    added = await run(runner, "television.add_package", HUNG | {"package": "kids"})
    assert isinstance(added, Succeeded)
    assert (added.outputs["package_name"], added.outputs["package_fee_text"]) == ("Детям", "149\N{NO-BREAK SPACE}₽")
    assert await run(runner, "television.add_package", HUNG | {"package": "kids"}) == added
    assert await offered(runner, HUNG["account"]) == ["kino", "sport", "uhd"]
    number = {"subscription_number": added.outputs["subscription_number"]}
    assert await run(runner, "television.remove_package", number) == Succeeded({"package_removed": True})
    assert await offered(runner, HUNG["account"]) == ["kino", "sport", "kids", "uhd"]


async def test_one_package_is_added_once_by_two_at_the_same_moment(backoffice: httpx.AsyncClient) -> None:
    path, body = "/television/accounts/1000000001/packages", {"package": "kino"}
    keys = [f"key-{number}" for number in range(10)]
    answers = await asyncio.gather(
        *(backoffice.post(path, json=body, headers={"Idempotency-Key": key}) for key in keys)
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 9]


REFUSALS: list[tuple[str, dict[str, object], str]] = [
    ("television.find_box", {"account": NO_LINE}, "BOX_NOT_FOUND"),
    ("television.read_picture", {"account": NO_LINE}, "BOX_NOT_FOUND"),
    ("television.restart_box", {"account": NO_LINE}, "BOX_NOT_FOUND"),
    ("television.find_packages", {"account": NO_LINE}, "BOX_NOT_FOUND"),
    ("support.check_television", {"account": NO_LINE}, "BOX_NOT_FOUND"),
    ("television.add_package", {"account": NO_LINE, "package": "kino"}, "PACKAGE_REFUSED"),
    ("television.add_package", {"account": "1000000001", "package": "opera"}, "PACKAGE_REFUSED"),
    ("television.add_package", {"account": OLD_BOX, "package": "uhd"}, "PACKAGE_REFUSED"),
    ("television.add_package", {"account": "1000000003", "package": SUBSCRIBED["1000000003"]}, "PACKAGE_REFUSED"),
    ("television.remove_package", {"subscription_number": "7"}, "SUBSCRIPTION_NOT_FOUND"),
]


async def test_refusals(runner: Runner) -> None:
    ended = [(name, variables, await run(runner, name, variables)) for name, variables, _ in REFUSALS]
    assert ended == [(name, variables, Refused(code, {})) for name, variables, code in REFUSALS]


async def test_without_a_reading_the_conversation_goes_on(runner: Runner, backoffice: httpx.AsyncClient) -> None:
    await backoffice.put("/television/_demo/faults", json={"error_rate": 1, "status": 503})
    assert await state(runner, "1000000001") == "UNKNOWN"


async def test_every_operation_is_described(backoffice: httpx.AsyncClient) -> None:
    document = (await backoffice.get("/television/openapi.json")).json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) == 11
    assert all(operation["description"] for operation in operations)
