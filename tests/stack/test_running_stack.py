"""What holds for the whole stack, started as on a machine that has nothing but Python."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import tenacity

from stack import running
from stack.folder import ROOT
from stack.parts import State
from stack.running import Running

PARTS = {"postgres", "engine", "demo-billing", "demo-backoffice", "crm", "facade", "workers", "background"}
WITHOUT_TIME_TO_LIVE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="test">
  <process id="stack_settings" isExecutable="true"><startEvent id="start"/></process>
</definitions>"""
EVIL = WITHOUT_TIME_TO_LIVE.replace("stack_settings", "from_a_web_page")


@pytest.fixture
def engine(stack: Running) -> Iterator[httpx.Client]:
    login = stack.credentials.engine
    with httpx.Client(base_url=stack.urls["engine"], auth=(login.user, login.password), trust_env=False) as client:
        yield client


def process_of(stack: Running, part: str) -> psutil.Process:
    process = running.read(stack.folder).parts[part].process()
    assert process is not None
    return process


def script(stack: Running, name: str, *arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    command = [str(ROOT / "scripts" / name), *arguments, "--data", str(stack.folder.path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)


def test_status_for_programs(stack: Running) -> None:
    asked = script(stack, "status", "--json")
    assert asked.returncode == 0, asked.stderr
    said = json.loads(asked.stdout)
    assert set(said) == {"parts", "credentials"}
    assert said["parts"] == {part: {"url": stack.urls[part], "state": "ready"} for part in PARTS}
    generated = json.loads(Path(said["credentials"]).read_text())
    assert generated["cockpit"] == stack.credentials.cockpit.model_dump()


def test_status_for_people(stack: Running) -> None:
    asked = script(stack, "status")
    assert asked.returncode == 0
    assert all(part in asked.stdout and stack.urls[part] in asked.stdout for part in PARTS)


@pytest.mark.parametrize("options", [[], ["--detach"], ["--fresh"]])
def test_second_up_says_that_one_is_running(stack: Running, options: list[str]) -> None:
    second = script(stack, "up", *options)
    assert second.returncode == 1
    [sentence] = second.stderr.splitlines()
    assert sentence.startswith(f"Script Manager is already running (process {stack.folder.holder()}) ")
    assert second.stdout == ""


def test_web_page_cannot_deploy(stack: Running, engine: httpx.Client) -> None:
    """A browser sends a page's multipart POST to any address without asking; only the missing login stops it."""
    answer = httpx.post(
        f"{stack.urls['engine']}/deployment/create",
        headers={"Origin": "http://evil.example", "Referer": "http://evil.example/"},
        files={"deployment-name": (None, "evil"), "evil.bpmn": ("evil.bpmn", EVIL, "text/xml")},
        trust_env=False,
    )
    assert answer.status_code == 401
    assert "access-control-allow-origin" not in answer.headers
    assert engine.get("/deployment/count", params={"name": "evil"}).json() == {"count": 0}
    assert engine.get("/process-definition/count", params={"key": "from_a_web_page"}).json() == {"count": 0}


@pytest.mark.parametrize("path", ["/engine", "/process-definition", "/task", "/identity/verify", "/version"])
def test_engine_answers_nobody_without_a_login(stack: Running, path: str) -> None:
    assert httpx.get(f"{stack.urls['engine']}{path}", trust_env=False).status_code == 401
    guessed = httpx.get(f"{stack.urls['engine']}{path}", auth=("demo", "demo"), trust_env=False)
    assert guessed.status_code == 401


def test_engine_is_set_up_as_we_need_it(engine: httpx.Client) -> None:
    deployed = engine.post(
        "/deployment/create", files={"stack_settings.bpmn": ("stack_settings.bpmn", WITHOUT_TIME_TO_LIVE, "text/xml")}
    )
    assert deployed.status_code == 200, deployed.text
    [definition] = engine.get("/process-definition", params={"key": "stack_settings", "latestVersion": True}).json()
    assert definition["historyTimeToLive"] == 30
    cleanup = engine.get("/history/cleanup/configuration").json()
    assert cleanup["enabled"]
    assert "T00:01" in cleanup["batchWindowStartTime"]
    engine.delete(f"/deployment/{deployed.json()['id']}", params={"cascade": True}).raise_for_status()


def test_cockpit_lets_in_who_has_the_generated_login(stack: Running) -> None:
    login = stack.credentials.cockpit
    with httpx.Client(base_url=stack.cockpit_url, trust_env=False, follow_redirects=True) as browser:
        page = browser.get("/app/cockpit/default/")
        assert page.status_code == 200
        assert f"{stack.engine.title} Cockpit" in page.text
        # The engine's own demo login first. A wrong password for the real user would lock that user for some seconds.
        for user, password, status in (("demo", "demo", 401), (login.user, login.password, 200)):
            answer = browser.post(
                "/api/admin/auth/user/default/login/cockpit",
                data={"username": user, "password": password},
                headers={"X-XSRF-TOKEN": browser.cookies["XSRF-TOKEN"]},
            )
            assert answer.status_code == status


def test_scripts_come_out_of_the_store_as_they_are_in_the_checkout(stack: Running, tmp_path: Path) -> None:
    took = script(stack, "drafts", "export", "wrap_up", "--to", str(tmp_path))
    assert took.returncode == 0, took.stderr
    files = [path for path in (tmp_path / "wrap_up").rglob("*") if path.is_file()]
    assert len(files) > 3
    for file in files:
        assert file.read_bytes() == (ROOT / "bpmn" / file.relative_to(tmp_path)).read_bytes()
    brought = script(stack, "drafts", "import", str(tmp_path), "--keep")
    assert brought.returncode == 0, brought.stderr


def test_the_store_and_the_engine_of_a_stack_are_compared(stack: Running) -> None:
    compared = script(stack, "releases", "compare", "wrap_up", "promised_payment", "--repair")
    assert (compared.returncode, compared.stdout) == (0, "the store and the engine agree\n"), compared.stderr


def test_shipped_scripts_are_checked_from_their_folders(stack: Running) -> None:
    checked = script(stack, "releases", "check", str(ROOT / "bpmn" / "wrap_up"))
    assert (checked.returncode, checked.stdout) == (0, "wrap_up: may be published\n"), checked.stderr


def test_nothing_listens_to_other_machines(stack: Running) -> None:
    for part in PARTS:
        listening = {link.laddr.ip for link in process_of(stack, part).net_connections() if link.status == "LISTEN"}
        assert listening
        assert listening <= {"127.0.0.1", "::ffff:127.0.0.1"}, part


def test_no_secret_is_on_a_command_line_or_in_a_log(stack: Running) -> None:
    credentials = stack.credentials
    logins = [credentials.cockpit, credentials.engine, *(login for _, login in credentials.databases)]
    secrets = [*(key for _, key in credentials.api_keys), *(login.password for login in logins)]
    told = {part: " ".join(process_of(stack, part).cmdline()) for part in PARTS}
    told |= {log.name: log.read_text(errors="replace") for log in stack.folder.logs.iterdir()}
    assert [name for name, text in told.items() if any(secret in text for secret in secrets)] == []
    assert len(told) > len(PARTS)


def test_part_that_died_is_restarted(stack: Running) -> None:
    killed = process_of(stack, "background")
    killed.send_signal(signal.SIGKILL)
    for attempt in tenacity.Retrying(stop=tenacity.stop_after_delay(60), wait=tenacity.wait_fixed(0.1), reraise=True):
        with attempt:
            now = running.read(stack.folder).parts["background"]
            assert now.state is State.READY
            assert now.pid != killed.pid
    assert httpx.get(f"{now.url}/health/ready", trust_env=False).status_code == 200


def test_customer_gets_a_promised_payment_on_a_bare_machine(
    stack: Running, engine: httpx.Client, bare_environment: dict[str, str]
) -> None:
    """From the terminal to billing and back: what the README promises to somebody who has only Python."""
    answers = ROOT / "bpmn" / "promised_payment" / "answers" / "promised.json"
    account = json.loads(answers.read_text())["ask_account"]["account"]
    promises = f"{stack.urls['demo-billing']}/accounts/{account}/promised-payments"
    finished = {"processDefinitionKey": "promised_payment", "finished": "true"}
    assert httpx.get(promises, trust_env=False).json() == {"promised_payments": []}
    before = engine.get("/history/process-instance/count", params=finished).json()["count"]

    walk = script(stack, "walk", "promised_payment", "--answers", str(answers), env=bare_environment)

    assert walk.returncode == 0, walk.stdout + walk.stderr
    assert '"end": "end_promised"' in walk.stdout
    [promise] = httpx.get(promises, trust_env=False).json()["promised_payments"]
    assert promise["amount"]["amount"] == 100_000
    assert engine.get("/history/process-instance/count", params=finished).json()["count"] == before + 1
    [end] = engine.get(
        "/history/activity-instance",
        params={"activityId": "end_promised", "sortBy": "endTime", "sortOrder": "desc", "maxResults": "1"},
    ).json()
    assert end["endTime"]
