import asyncio
import os
import sys
from asyncio.subprocess import PIPE

import pytest

from engine import Engine, EngineSettings
from engine.__main__ import main
from tests.fakes.engine import PATH, FakeEngine
from tests.fakes.served import served

_ENVIRONMENT = {
    "SCRIPT_MANAGER_ENGINE_URL": "http://127.0.0.1:1/engine-rest",
    "SCRIPT_MANAGER_ENGINE_USER": "scripts",
    "SCRIPT_MANAGER_ENGINE_PASSWORD": "secret",
    "SCRIPT_MANAGER_ENGINE_ADMIN_USER": "admin",
    "SCRIPT_MANAGER_ENGINE_ADMIN_PASSWORD": "adminsecret",
}


async def test_the_command_makes_a_user_that_can_sign_in() -> None:
    async with served(FakeEngine(users={"admin": "adminsecret"})) as root:
        environment = os.environ | _ENVIRONMENT | {"SCRIPT_MANAGER_ENGINE_URL": root + PATH}
        command = (sys.executable, "-m", "engine", "provision")
        for _ in range(2):
            process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=PIPE)
            _, said = await process.communicate()
            assert (process.returncode, said) == (0, b"")
        async with Engine(EngineSettings(root + PATH, "scripts", "secret")) as engine:
            assert await engine.version()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({}, "cannot be reached"),
        ({"SCRIPT_MANAGER_ENGINE_URL": "engine"}, "must start with http"),
        ({"SCRIPT_MANAGER_ENGINE_ADMIN_PASSWORD": None}, "set SCRIPT_MANAGER_ENGINE_ADMIN_PASSWORD"),
        (
            {"SCRIPT_MANAGER_ENGINE_USER": None, "SCRIPT_MANAGER_ENGINE_PASSWORD": None},
            "set SCRIPT_MANAGER_ENGINE_USER, SCRIPT_MANAGER_ENGINE_PASSWORD",
        ),
    ],
)
def test_a_failure_is_one_sentence_without_secrets(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str | None], sentence: str
) -> None:
    for name, value in (_ENVIRONMENT | changed).items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    said = main(["provision"]) or ""
    assert sentence in said
    assert "secret" not in said


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["provision", "more"]])
def test_another_command_is_answered_with_the_usage(arguments: list[str]) -> None:
    assert main(arguments) == "usage: python -m engine provision"
