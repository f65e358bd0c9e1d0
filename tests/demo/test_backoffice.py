"""The shipped functions of the demo back office's systems, over connections as they are really served."""

from dataclasses import replace
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from demo.addresses import addresses
from demo.backoffice.app import create_app
from demo.backoffice.settings import Settings
from demo.inventory.lines import KNOWN_FAULTS, NO_LINE, lines, outages
from demo.knowledge.streets import streets
from demo.latency import FixedLatency
from functions.outcome import Failed, Ordered, Refused, Succeeded
from functions.runner import Runner
from stack.running import Running
from tests.demo.backoffice import CONTEXT, Receiver, run
from tests.demo.serving import NOW, served
from tests.eventually import eventually

ORDERING = replace(CONTEXT, callback_url="http://facade/callbacks/measurements/token")
ANNA = {
    "customer_known": True,
    "customer_full_name": "Смирнова Анна Сергеевна",
    "customer_name": "Анна Сергеевна",
}


@pytest.fixture
def runner(backoffice_runner: Runner) -> Runner:
    return backoffice_runner


async def test_a_customer_and_an_address(runner: Runner) -> None:
    found = await run(runner, "customers.find_customer", {"account": "1000000001"})
    assert isinstance(found, Succeeded)
    assert {name: found.outputs[name] for name in ANNA} == ANNA
    assert found.outputs["customer_address"] == addresses()["1000000001"].text
    assert str(found.outputs["customer_phone"]).startswith("+7000")


@pytest.mark.parametrize(
    ("name", "variables", "code"),
    [
        ("customers.find_customer", {"account": "9999999999"}, "CUSTOMER_NOT_FOUND"),
        ("customers.find_case", {"idempotency_key": "never"}, "NOT_HAPPENED"),
        ("customers.cancel_visit", {"visit_number": "7"}, "VISIT_NOT_FOUND"),
        ("customers.cancel_visit", {"visit_number": "seven"}, "VISIT_NOT_FOUND"),
        (
            "customers.book_visit",
            {"account": "1000000001", "visit_slot": "2020-01-01/09", "contact_phone": "+70001234567"},
            "VISIT_TAKEN",
        ),
        ("inventory.find_line", {"account": NO_LINE}, "LINE_NOT_FOUND"),
        ("support.check_line", {"account": NO_LINE}, "LINE_NOT_FOUND"),
        ("measurements.measure_line", {"account": "9999999999"}, "LINE_NOT_FOUND"),
        ("measurements.find_restart", {"idempotency_key": "never"}, "NOT_HAPPENED"),
        ("measurements.restart_port", {"account": "9999999999"}, "LINE_NOT_FOUND"),
    ],
)
async def test_refusals(runner: Runner, name: str, variables: dict[str, object], code: str) -> None:
    context = ORDERING if name == "measurements.measure_line" else CONTEXT
    assert await run(runner, name, variables, context) == Refused(code, {})


async def test_lines_and_outages(runner: Runner) -> None:
    line = next(line for line in lines() if line.account == "1000000007")
    assert await run(runner, "inventory.find_line", {"account": line.account}) == Succeeded(
        {
            "line_port": line.port,
            "line_technology": line.technology,
            "line_speed": line.speed,
            "line_model": line.model,
        }
    )
    assert await run(runner, "inventory.find_outage", {"account": line.account}) == Succeeded(
        {
            "outage": True,
            "outage_kind": "damage",
            "outage_reason": "повреждён кабель к дому",
            "outage_until": "19:00",
        }
    )
    assert await run(runner, "inventory.find_outage", {"account": "1000000001"}) == Succeeded(
        {"outage": False, "outage_kind": None, "outage_reason": None, "outage_until": None}
    )


async def test_a_line_is_checked_though_billing_is_down(runner: Runner) -> None:
    found = await run(runner, "support.check_line", {"account": "1000000008"})
    assert isinstance(found, Succeeded)
    wanted = {"account_status": None, "debt_text": None, "line_known": True, "outage": True, "outage_kind": "works"}
    assert {name: found.outputs[name] for name in wanted} == wanted


async def test_the_inventory_can_be_slow_and_down(runner: Runner, backoffice: httpx.AsyncClient) -> None:
    await backoffice.put("/inventory/_demo/faults", json={"down": True})
    assert (await backoffice.get("/inventory/_demo/faults")).json()["down"] is True
    asked = {"account": "1000000001"}
    failed = await run(runner, "inventory.find_outage", asked)
    assert isinstance(failed, Failed)
    assert failed.cause == "503"
    checked = await run(runner, "support.check_line", asked)
    assert isinstance(checked, Succeeded)
    assert (checked.outputs["line_known"], checked.outputs["outage"]) == (False, False)
    await backoffice.put("/inventory/_demo/faults", json={"hang": True})
    assert isinstance(await run(runner, "inventory.find_line", asked), Failed)


async def test_the_reader_of_the_inventory_can_not_write(
    stack: Running, runner: Runner, backoffice_database_url: str
) -> None:
    assert runner.functions
    reader = stack.credentials.databases.inventory_reader
    with (
        psycopg.connect(backoffice_database_url, user=reader.user, password=reader.password) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(sql.SQL("DELETE FROM inventory.lines"))


@pytest.mark.parametrize(("account", "fault"), KNOWN_FAULTS.items())
async def test_a_measurement_is_ordered_and_its_result_delivered(
    runner: Runner, backoffice: httpx.AsyncClient, receiver: Receiver, account: str, fault: str
) -> None:
    del backoffice
    receiver.refuse = 1
    ordered = await run(runner, "measurements.measure_line", {"account": account}, ORDERING)
    assert isinstance(ordered, Ordered)
    await eventually(lambda: _has(receiver.bodies))
    answered = await runner.functions["measurements.measure_line"].answered(_json(receiver.bodies[0]))
    assert isinstance(answered, Succeeded)
    statuses = {"none": "OK", "break": "BREAK", "noise": "NOISE", "port": "PORT_ERRORS", "device": "NO_DEVICE"}
    assert answered.outputs["line_status"] == statuses[fault]


async def _has(bodies: list[Any]) -> bool:
    return bool(bodies)


def _json(body: bytes) -> Any:
    return httpx.Response(200, content=body).json()


async def test_orders_outlive_their_process(backoffice_settings: Settings, receiver: Receiver) -> None:
    slow = create_app(
        backoffice_settings.model_copy(update={"measurements_duration": FixedLatency(fixed=1000)}), lambda: NOW
    )
    asked = {"line": "1000000001", "notify": "http://facade/callbacks/measurements/token"}
    async with slow.router.lifespan_context(slow), served(slow) as client:
        await eventually(lambda: _is_ready(client))
        assert (await client.post("/measurements/orders", json=asked)).status_code == 202
    later = create_app(backoffice_settings, lambda: NOW, httpx.MockTransport(receiver))
    async with later.router.lifespan_context(later):
        await eventually(lambda: _has(receiver.bodies))


async def _is_ready(client: httpx.AsyncClient) -> bool:
    return (await client.get("/health/ready")).status_code == 200


async def test_a_restarted_port_has_no_errors(
    runner: Runner, backoffice: httpx.AsyncClient, receiver: Receiver
) -> None:
    asked = {"account": "1000000011"}
    assert await run(runner, "measurements.restart_port", asked) == Succeeded({"port_restarted": True})
    key = {"idempotency_key": CONTEXT.idempotency_key}
    assert await run(runner, "measurements.find_restart", key) == Succeeded({"port_restarted": True})
    body = {"line": asked["account"], "notify": "http://facade/callbacks/measurements/token"}
    assert (await backoffice.post("/measurements/orders", json=body)).json()["order"] > 0
    await eventually(lambda: _has(receiver.bodies))
    assert _json(receiver.bodies[0])["measured"]["status"] == "OK"


async def test_a_case_is_opened_once_for_a_task(runner: Runner) -> None:
    asked = {"account": "1000000001", "case_topic": "Интернет", "case_summary": "Обрыв <кабеля> & плохо"}
    first = await run(runner, "customers.open_case", asked)
    assert isinstance(first, Succeeded)
    assert int(str(first.outputs["case_number"])) > 700000
    assert await run(runner, "customers.open_case", asked) == first
    key = {"idempotency_key": CONTEXT.idempotency_key}
    assert await run(runner, "customers.find_case", key) == first


async def test_a_visit_is_booked_once_and_cancelled(runner: Runner) -> None:
    found = await run(runner, "customers.find_visits", {"account": "1000000001"})
    assert isinstance(found, Succeeded)
    options: Any = found.outputs["visit_options"]
    assert options[0] == {
        "label": "среда, 25 ноября, с 9 до 12",
        "label_en": "Wednesday, 25 November, 9 to 12",
        "value": "2026-11-25/09",
    }
    asked = {"account": "1000000001", "visit_slot": options[1]["value"], "contact_phone": "+70001234567"}
    booked = await run(runner, "customers.book_visit", asked)
    assert isinstance(booked, Succeeded)
    assert booked.outputs["visit_text"] == options[1]["label"]
    assert await run(runner, "customers.book_visit", asked) == booked
    cancelled = await run(runner, "customers.cancel_visit", {"visit_number": booked.outputs["visit_number"]})
    assert cancelled == Succeeded({"visit_cancelled": True})


async def test_without_the_crm_the_operator_goes_on(runner: Runner, backoffice: httpx.AsyncClient) -> None:
    await backoffice.put("/customers/_demo/faults", json={"error_rate": 1, "status": 503})
    found = await run(runner, "customers.find_customer", {"account": "1000000002"})
    assert isinstance(found, Succeeded)
    assert found.outputs["customer_known"] is False


async def test_dictionaries_are_searched(runner: Runner) -> None:
    found = await run(runner, "knowledge.find_streets", {"q": "садовая тула"})
    assert isinstance(found, Succeeded)
    options: Any = found.outputs["options"]
    assert [option["label"] for option in options] == ["Садовая улица, Тула"]
    models = await run(runner, "knowledge.find_models", {"q": "волна"})
    assert isinstance(models, Succeeded)
    listed: Any = models.outputs["options"]
    assert len(listed) == 20
    assert listed[0] == {"label": "Волна-10", "value": "W10"}


async def test_calls_are_recorded_by_system(runner: Runner, backoffice: httpx.AsyncClient) -> None:
    await run(runner, "knowledge.find_models", {"q": "маяк"})
    recorded = (await backoffice.get("/knowledge/_demo/calls")).json()["calls"]
    assert [(call["path"], call["status"]) for call in recorded] == [("/dictionaries/equipment", 200)]
    await run(runner, "customers.find_customer", {"account": "1000000013"})
    recorded = (await backoffice.get("/customers/_demo/calls")).json()["calls"]
    asked = [(call["method"], call["path"]) for call in recorded if call["method"] == "POST"]
    assert asked == [("POST", "/soap#FindCustomer")]


async def test_what_is_no_envelope_is_refused(backoffice: httpx.AsyncClient) -> None:
    for body in (b"", b"<a/>", b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"):
        refused = await backoffice.post("/customers/soap", content=body)
        assert refused.status_code == 500
        assert "<faultcode>soap:Client</faultcode>" in refused.text


def test_everybody_lives_in_a_street_that_exists() -> None:
    named = {(street.city, street.name) for of_city in streets().values() for street in of_city}
    assert len(named) > 2000
    assert all((address.city, address.street) in named for address in addresses().values())
    assert len(addresses()) == 1000
    assert len(list(lines())) == 999
    assert {outage.kind for outage in outages()} == {"damage", "works"}
