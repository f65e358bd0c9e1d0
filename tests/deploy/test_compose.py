"""docker-compose.camunda.yml, which can't be run where there is no Docker: everything in it names something real."""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from demo.backoffice.settings import Settings as BackofficeSettings
from demo.billing.settings import Settings as BillingSettings
from demo.crm.settings import Settings as CrmSettings
from runtime.settings import Settings
from stack.folder import ROOT
from stack.web import workspace

FILE = ROOT / "docker-compose.camunda.yml"
DOCKERFILE = ROOT / "deploy" / "docker" / "Dockerfile"
EXAMPLE = ROOT / "deploy" / "docker" / "example.env"
DEMO_SETTINGS = (BackofficeSettings, BillingSettings, CrmSettings)
NOT_SHIPPED = {"stack", "bench"}
REQUIRED = re.compile(r"\$\{(\w+):\?[^}]*\}")
OPTIONAL = re.compile(r"\$\{(\w+):-[^}]*\}")

Service = dict[str, Any]


def services() -> dict[str, Service]:
    found: dict[str, Service] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    return found


def ours() -> dict[str, Service]:
    return {name: service for name, service in services().items() if service.get("image") == "script-manager"}


def environment(service: Service) -> dict[str, str]:
    return dict(service.get("environment", {}))


def copied() -> set[str]:
    """What the image holds of the checkout."""
    return set(re.findall(r"^COPY (\S+) \1$", DOCKERFILE.read_text(), flags=re.MULTILINE))


def known_variables() -> set[str]:
    systems = {file.stem.upper() for file in (ROOT / "functions" / "declared" / "systems").glob("*.yaml")}
    return {
        *(f"SCRIPT_MANAGER_{name.upper()}" for name in Settings.model_fields),
        *(f"SCRIPT_MANAGER_SYSTEM_{name}_URL" for name in systems),
        *("INVENTORY_USER", "INVENTORY_PASSWORD"),
        *(f"DEMO_{name.upper()}" for kind in DEMO_SETTINGS for name in kind.model_fields),
    }


def test_the_compose_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", ours())
def test_every_setting_is_one_that_is_read(name: str) -> None:
    assert set(environment(services()[name])) <= known_variables()


@pytest.mark.parametrize("name", ours())
def test_every_command_runs_a_program_of_ours_on_files_of_the_image(name: str) -> None:
    python, option, module, *arguments = ours()[name]["command"]
    assert (python, option) == ("python", "-m")
    assert importlib.util.find_spec(f"{module}.__main__") is not None
    assert module.partition(".")[0] in copied()
    for argument in arguments:
        assert "/" not in argument or ((ROOT / argument).exists() and argument.partition("/")[0] in copied())


def test_every_process_that_keeps_running_is_there_with_its_own_port() -> None:
    expected = {"player_api": "api_port", "workers": "workers_port", "background": "background_port"}
    for name, service in ours().items():
        module = service["command"][2]
        if module in expected:
            port = Settings.model_fields[expected.pop(module)].default
            assert f"127.0.0.1:{port}/health/ready" in service["healthcheck"]["test"][-1], name
    assert expected == {}
    for name in ("backoffice", "billing", "crm"):
        port = environment(ours()[name])[f"DEMO_{name.upper()}_PORT"]
        assert f":{port}/health/ready" in ours()[name]["healthcheck"]["test"][-1]


def test_addresses_name_services_and_their_ports() -> None:
    ports = {
        *(("postgres", 5432), ("camunda", 8080), ("facade", 8000), ("workers", 8010)),
        *(("billing", 8030), ("backoffice", 8050), ("kafka", 9092), ("kafka", 9093)),
    }
    named = {
        (host, int(port))
        for service in services().values()
        for value in environment(service).values()
        for host, port in re.findall(r"(?:@|//)([a-z]+):(\d+)", value)
    }
    assert named == ports


def test_what_a_service_waits_for_exists_and_can_become_true() -> None:
    for name, service in services().items():
        for other, condition in service.get("depends_on", {}).items():
            waited_for = services()[other]
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in waited_for, name
            else:
                assert waited_for["restart"] == "no", name


def test_every_mounted_file_exists_and_every_volume_is_declared() -> None:
    declared = yaml.safe_load(FILE.read_text(encoding="utf-8"))["volumes"]
    for service in services().values():
        for mount in service.get("volumes", []):
            source = mount.partition(":")[0]
            assert (ROOT / source).is_file() if source.startswith("./") else source in declared


def _leaves(node: Any) -> Iterator[str]:
    match node:
        case dict():
            for value in node.values():
                yield from _leaves(value)
        case list():
            for value in node:
                yield from _leaves(value)
        case _:
            yield str(node)


def test_no_password_is_written_down() -> None:
    for service in services().values():
        for name, value in environment(service).items():
            if "PASSWORD" in name or "USER" in name.split("_"):
                assert REQUIRED.fullmatch(value), name
            for password in re.findall(r"://[^:/@]+:([^@]*)@", value):
                assert REQUIRED.fullmatch(password), name


def test_the_example_lists_what_must_be_chosen_and_chooses_nothing() -> None:
    asked = {name for text in _leaves(services()) for name in REQUIRED.findall(text)}
    lines = EXAMPLE.read_text().splitlines()
    assert set(lines) & {f"{name}=" for name in asked} == {f"{name}=" for name in asked}
    assert [line for line in lines if not line.startswith("#") and not line.endswith("=")] == []
    optional = {name for text in _leaves(services()) for name in OPTIONAL.findall(text)}
    suggested = set(re.findall(r"^# (\w+)=", EXAMPLE.read_text(), flags=re.MULTILINE))
    assert suggested <= optional


def test_ports_are_published_to_this_machine_alone() -> None:
    published = [port for service in services().values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_image_holds_every_package_of_the_product_and_its_lock_file() -> None:
    packages = {file.parent.name for file in ROOT.glob("*/__init__.py")} - NOT_SHIPPED
    assert packages | {"bpmn", "requirements/app.txt"} == copied()


def stage(name: str) -> str:
    """The instructions of one stage of the image."""
    [text] = [part for part in DOCKERFILE.read_text().split("FROM ") if f" AS {name}\n" in part]
    return text


def test_the_image_builds_the_web_applications_as_this_machine_does() -> None:
    sources = re.findall(r"^COPY (\S+) ", stage("web"), flags=re.MULTILINE)
    assert {ROOT / source for source in sources} == {workspace().sources, *workspace().also}
    assert "npm ci --ignore-scripts && npm run build" in stage("web")
    assert f"COPY --from=web /checkout/web/dist {Settings.model_fields['web_path'].default}" in DOCKERFILE.read_text()
    kept = (ROOT / ".dockerignore").read_text().splitlines()
    assert {"docs/*", "!docs/openapi.json", "**/node_modules", "**/dist"} <= set(kept)


def test_the_image_builds_the_feel_interpreter_from_files_that_exist() -> None:
    sources = re.findall(r"^COPY (\S+) ", stage("feel"), flags=re.MULTILINE)
    assert sources == ["feel/bundle.py", "feel/javascript"]
    assert all((ROOT / source).exists() for source in sources)
    imports = re.findall(r"^(?:import|from) (\w+)", (ROOT / "feel" / "bundle.py").read_text(), flags=re.MULTILINE)
    assert set(imports) <= sys.stdlib_module_names
