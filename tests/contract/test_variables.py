from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from engine import Opaque, TopicRequest, Value
from engine.variables import LONGEST_STRING
from tests.contract.ground import Ground

_ROUND_TRIPS: list[tuple[str, Value]] = [
    ("null", None),
    ("true", True),
    ("false", False),
    ("zero", 0),
    ("integer", -(2**31)),
    ("long", 2**63 - 1),
    ("double", 12.5),
    ("empty", ""),
    ("cyrillic", "Обещанный платёж, №7 «да»\n\t"),
    ("longest", "ж" * LONGEST_STRING),
    ("longest_beyond_the_basic_plane", "😀" * LONGEST_STRING),
    ("date", datetime(2026, 2, 28, 23, 59, 59, 123000, UTC)),
    ("date_elsewhere", datetime(2026, 3, 1, 4, 59, 59, 123000, timezone(timedelta(hours=5)))),
    ("list", []),
    ("json", {"строка": "я\0", "числа": [1, 2.5, 2**70], "нет": None, "список": [{"да": True}]}),
    ("large_json", {"text": "ж" * 100_000}),
]


@pytest.mark.parametrize(("name", "value"), _ROUND_TRIPS, ids=[name for name, _ in _ROUND_TRIPS])
async def test_a_value_is_read_as_it_was_written(ground: Ground, name: str, value: Value) -> None:
    started = await ground.start("calling", {f"старт_{name}": value})
    topic = TopicRequest(started.process.key, timedelta(minutes=1))
    [called] = await ground.engine.external_tasks.fetch_and_lock("w", [topic], max_tasks=1, long_poll=timedelta())
    assert called.variables == {f"старт_{name}": value}
    await ground.engine.external_tasks.complete(called, {"из функции": value})
    told = await ground.only_task(started)
    assert told.variables == {f"старт_{name}": value, "из функции": value}
    assert [type(read) for read in told.variables.values()] == [type(value)] * 2


@pytest.mark.parametrize(
    ("wire", "read"),
    [
        ({"type": "Json", "value": "{oops"}, Opaque("Json", "malformed JSON")),
        ({"type": "Json", "value": "[" * 900 + "]" * 900}, Opaque("Json", "nested too deep")),
        (
            {
                "type": "Object",
                "value": '{"a":[1]}',
                "valueInfo": {"objectTypeName": "com.example.Gone", "serializationDataFormat": "application/json"},
            },
            {"a": [1]},
        ),
        ({"type": "File", "value": "eA==", "valueInfo": {"filename": "x.txt"}}, Opaque("File")),
        ({"type": "Bytes", "value": "eA=="}, Opaque("Bytes")),
    ],
)
async def test_what_others_have_stored_does_not_hide_the_rest(
    ground: Ground, wire: dict[str, Any], read: Value
) -> None:
    process = await ground.deploy("asking")
    variables = {"theirs": wire, "ours": {"type": "String", "value": "да"}}
    body = {"businessKey": process.key, "variables": variables}
    await ground.send("POST", f"/process-definition/{process.definition_id}/start", body)
    [task] = await ground.engine.user_tasks.waiting(process.key)
    assert task.variables == {"theirs": read, "ours": "да"}
