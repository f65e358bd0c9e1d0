import pytest

from tests.runtime.child import SETTINGS, run

BEGIN = "from runtime.process import begin; begin('sample')"


def test_a_process_begins_with_its_settings() -> None:
    code = f"{BEGIN}; from runtime import logs; logs.get('sample').warning('here')"
    ended = run(code, SETTINGS | {"SCRIPT_MANAGER_LOG_LEVEL": "WARNING"})
    assert (ended.status, [line["event"] for line in ended.lines]) == (0, ["here"])


@pytest.mark.parametrize(
    ("settings", "variable"),
    [
        ({}, "SCRIPT_MANAGER_DATABASE_URL"),
        ({"SCRIPT_MANAGER_DATABASE_URL": ""}, "SCRIPT_MANAGER_DATABASE_URL"),
        ({**SETTINGS, "SCRIPT_MANAGER_API_PORT": "eight"}, "SCRIPT_MANAGER_API_PORT"),
        ({**SETTINGS, "SCRIPT_MANAGER_WORKERS_PORT": "65536"}, "SCRIPT_MANAGER_WORKERS_PORT"),
        ({**SETTINGS, "SCRIPT_MANAGER_DATABASE_POOL_SIZE": "0"}, "SCRIPT_MANAGER_DATABASE_POOL_SIZE"),
        ({**SETTINGS, "SCRIPT_MANAGER_WORKERS_CONCURRENCY": "-5"}, "SCRIPT_MANAGER_WORKERS_CONCURRENCY"),
        ({**SETTINGS, "SCRIPT_MANAGER_LOG_LEVEL": "LOUD"}, "SCRIPT_MANAGER_LOG_LEVEL"),
    ],
)
def test_a_missing_or_wrong_setting_is_named_in_a_line(settings: dict[str, str], variable: str) -> None:
    ended = run(BEGIN, settings)
    assert ended.status == 2
    [line] = ended.lines
    assert (line["event"], line["variable"], line["service"]) == ("wrong setting", variable, "sample")
    assert line["reason"]


def test_every_wrong_setting_is_named_at_once() -> None:
    ended = run(BEGIN, {"SCRIPT_MANAGER_API_PORT": "x", "SCRIPT_MANAGER_LOG_LEVEL": "x"})
    assert len(ended.lines) == 3


@pytest.mark.parametrize(
    "module",
    [
        "player_api",
        "player_api.access",
        "player_api.authoring",
        "player_api.releases",
        "workers",
        "background",
        "store",
    ],
)
def test_every_process_says_what_it_lacks(module: str) -> None:
    arguments = {
        "player_api.authoring": ["import", "x"],
        "player_api.releases": ["publish", "x"],
        "store": ["migrate"],
    }.get(module, [])
    code = f"import runpy, sys; sys.argv = {['-m', *arguments]!r}; runpy.run_module({module!r}, run_name='__main__')"
    ended = run(code, {})
    assert ended.status == 2
    assert [line["variable"] for line in ended.lines] == ["SCRIPT_MANAGER_DATABASE_URL"]
