"""What a modeler is told of a function; the format is that of Camunda 7's element templates."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from functions.catalogue import Catalogue
from functions.publication.__main__ import TEMPLATES, main, modeler_folder
from functions.publication.element_templates import element_templates
from functions.values import InputReader
from tests.functions.declared import SYSTEM, declared, loaded, source

ACCOUNT = {"name": "account", "title": {"ru": "Счёт", "en": "Account"}, "type": "string", "required": True}


def template(catalogue: Catalogue | None = None, language: Any = "ru", **fields: Any) -> dict[str, Any]:
    (found,) = element_templates(catalogue or loaded(source(**fields)).sound(), language)
    return found


def field(language: Any = "ru", **declared_input: Any) -> dict[str, Any]:
    call = {"http": {"method": "GET", "path": "/"}}
    *_, last = template(None, language, inputs=[{"name": "x", **declared_input}], call=call)["properties"]
    assert isinstance(last, dict)
    return last


def hidden(name: str, value: str) -> dict[str, Any]:
    return {"type": "Hidden", "value": value, "binding": {"type": "property", "name": name}}


def test_a_function_becomes_a_template_of_an_external_task() -> None:
    found = template(
        inputs=[{**ACCOUNT, "pattern": "^[0-9]{10}$"}, {"name": "days", "type": "integer"}],
        errors=[{"when": "status = 404", "bpmn_error": "B"}, {"when": "status = 409", "bpmn_error": "A"}],
        outputs={"balance": "response.b", "debt": "response.d"},
    )
    assert found.pop("icon")["contents"].startswith("data:image/svg+xml,%3Csvg")
    assert found == {
        "name": "Баланс",
        "id": "script-manager.billing.get_balance",
        "description": "billing.get_balance, только читает. Возвращает: balance, debt. Ошибки: A, B.",
        "keywords": ["billing.get_balance", "Баланс", "Balance"],
        "category": {"id": "script-manager.billing", "name": "Биллинг"},
        "appliesTo": ["bpmn:Task", "bpmn:ServiceTask"],
        "elementType": {"value": "bpmn:ServiceTask"},
        "groups": [{"id": "inputs", "label": "Входные данные"}],
        "properties": [
            {"type": "Hidden", "value": "external", "binding": {"type": "property", "name": "camunda:type"}},
            {
                "type": "Hidden",
                "value": "billing.get_balance",
                "binding": {"type": "property", "name": "camunda:topic"},
            },
            {
                "label": "Счёт",
                "description": "account: текст",
                "type": "String",
                "value": "${account}",
                "group": "inputs",
                "binding": {"type": "camunda:inputParameter", "name": "account"},
                "constraints": {
                    "notEmpty": True,
                    "pattern": {
                        "value": r"^\$\{[^}]+\}$|^[0-9]{10}$",
                        "message": "Выражение, например ${account}, или значение вида ^[0-9]{10}$",
                    },
                },
            },
            {
                "label": "days",
                "description": "days: целое число",
                "type": "String",
                "group": "inputs",
                "binding": {"type": "camunda:inputParameter", "name": "days"},
                "constraints": {
                    "pattern": {"value": r"^$|^\$\{[^}]+\}$", "message": "Выражение, например ${days}"},
                },
            },
        ],
    }


def test_every_language_has_the_same_templates_in_its_words() -> None:
    english = template(None, "en", inputs=[ACCOUNT])
    russian = template(None, "ru", inputs=[ACCOUNT])
    assert english["id"] == russian["id"]
    assert (english["name"], english["category"]["name"]) == ("Balance", "Billing")
    assert english["description"].startswith("billing.get_balance, only reads. Gives: balance.")
    assert [item.get("label") for item in english["properties"]] == [None, None, "Account"]


def test_a_title_in_another_language_is_better_than_none() -> None:
    assert template(title={"de": "Kontostand"})["name"] == "Kontostand"
    assert field(type="string")["label"] == "x"


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        ({}, "только читает"),
        ({"effect": "irreversible", "idempotency_header": "Key"}, "нельзя отменить"),
    ],
)
def test_the_author_is_told_what_cannot_be_taken_back(effect: dict[str, Any], words: str) -> None:
    assert words in template(**effect)["description"]


def test_functions_that_only_answer_whether_another_has_happened_are_not_offered() -> None:
    asks = source(name="billing.ask", errors=[{"when": "true", "bpmn_error": "NOT_HAPPENED"}])
    pays = source(effect="irreversible", idempotency_header="Key", confirm="billing.ask", errors=None)
    assert template(loaded(asks, pays).sound())["id"] == "script-manager.billing.get_balance"


def test_a_group_has_the_errors_of_its_functions_and_the_name_of_no_system() -> None:
    call = {"group": {"functions": {"money": "billing.get_balance"}}}
    group = source(name="all.at_once", system=None, call=call, outputs=None, errors=None)
    found, _ = element_templates(loaded(source(), group).sound(), "en")
    assert found["category"] == {"id": "script-manager.all", "name": "all"}
    assert found["description"] == "all.at_once, only reads. Errors: ACCOUNT_NOT_FOUND."


def test_systems_are_told_apart_by_their_icons() -> None:
    other = source(SYSTEM, name="crm", title={"ru": "<CRM>"})
    catalogue = loaded(source(), other, source(name="crm.find", system="crm")).sound()
    icons = {item["icon"]["contents"] for item in element_templates(catalogue, "ru")}
    assert len(icons) == 2
    assert any("%26lt%3B" in icon for icon in icons)


@pytest.mark.parametrize(
    ("declared_input", "text", "is_allowed"),
    [
        ({"type": "string"}, "anything", True),
        ({"type": "string", "pattern": "^[0-9]{3}$"}, "123", True),
        ({"type": "string", "pattern": "^[0-9]{3}$"}, "12", False),
        ({"type": "string", "pattern": "^[0-9]{3}$"}, "${number}", True),
        ({"type": "string", "pattern": "^[0-9]{3}$"}, "", True),
        ({"type": "integer"}, "300", False),
        ({"type": "integer"}, "${amount}", True),
        ({"type": "boolean"}, "true", False),
        ({"type": "json"}, "{}", False),
        ({"type": "date"}, "2026-12-31", True),
        ({"type": "date"}, "tomorrow", False),
        ({"type": "date"}, "${due}", True),
        ({"type": "date"}, "", True),
    ],
)
def test_a_field_allows_what_the_function_takes(declared_input: dict[str, Any], text: str, *, is_allowed: bool) -> None:
    pattern = field(**declared_input).get("constraints", {}).get("pattern", {}).get("value", "")
    assert bool(re.search(pattern, text)) is is_allowed
    if text and not text.startswith("$"):
        function = declared(inputs=[{"name": "x", **declared_input}], call={"http": {"method": "GET", "path": "/"}})
        assert takes(InputReader(function), text) is is_allowed


def takes(reader: InputReader, text: str) -> bool:
    """Text in an input parameter reaches the worker as text."""
    try:
        reader.read({"x": text})
    except Exception:  # noqa: BLE001
        return False
    return True


@pytest.mark.parametrize("pattern", ["(?i)abc", r"\A[0-9]+\z", "[[:digit:]]+", r"\p{L}+", "[a-z&&[^b]]"])
def test_a_pattern_that_javascript_reads_otherwise_is_left_to_the_function(pattern: str) -> None:
    assert "constraints" not in field(type="string", pattern=pattern)


def test_the_command_writes_one_file_to_drop_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["element-templates", str(tmp_path / "new"), "--language", "en"]) == 0
    templates = json.loads((tmp_path / "new" / TEMPLATES).read_text(encoding="utf-8"))
    assert "Account balance" in {template["name"] for template in templates}
    assert f"{len(templates)} element templates are in {tmp_path / 'new' / TEMPLATES}" in capsys.readouterr().out


def test_the_command_tells_mistakes_and_writes_what_is_sound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "billing.yaml").write_text(SYSTEM, encoding="utf-8")
    (tmp_path / "billing.get_balance.yaml").write_text(source().text, encoding="utf-8")
    (tmp_path / "billing.wrong.yaml").write_text("name: billing.wrong", encoding="utf-8")
    assert main(["element-templates", str(tmp_path), "--declared", str(tmp_path)]) == 1
    assert "billing.wrong.yaml:1: title: is missing" in capsys.readouterr().err
    assert len(json.loads((tmp_path / TEMPLATES).read_text(encoding="utf-8"))) == 1


def test_the_command_says_what_it_can_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["element-templates", str(tmp_path), "--declared", str(tmp_path / "nowhere")]) == 1
    assert f"there is no folder {tmp_path / 'nowhere'}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("platform", "environment", "folder"),
    [
        ("linux", {"HOME": "/h"}, "/h/.config"),
        ("linux", {"HOME": "/h", "XDG_CONFIG_HOME": "/c"}, "/c"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Application Support"),
        ("win32", {"APPDATA": "/a"}, "/a"),
        ("win32", {"USERPROFILE": "/u"}, "/u/AppData/Roaming"),
    ],
)
def test_modeler_is_looked_for_where_it_keeps_its_data(platform: str, environment: dict[str, str], folder: str) -> None:
    assert modeler_folder(platform, environment) == Path(folder, "camunda-modeler", "resources", "element-templates")
