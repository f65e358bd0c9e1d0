"""The script that is walked: some steps with an ordinary form, then one with a form that nobody should make."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from stack.failures import StackError
from stack.folder import ROOT
from stack.running import Running

SCRIPT = "various_forms"
STEPS = 6
"""Steps with the ordinary form, before the one with the long form."""
FIELDS = 150
CONDITIONS = 50
_Json = dict[str, Any]


def write(folder: Path) -> None:
    """Write the script's files into ``folder``, which is named like it."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"step_{number}" for number in range(1, STEPS + 1)]
    for name in names:
        (folder / f"{name}.form").write_text(json.dumps(_form(name, ordinary_form()), ensure_ascii=False))
    (folder / "long.form").write_text(json.dumps(_form("long", long_form()), ensure_ascii=False))
    (folder / "script.bpmn").write_text(_diagram([*names, "long"]), encoding="utf-8")


def publish(stack: Running, folder: Path) -> None:
    """Publish the script in ``folder``.

    Raises:
        StackError: it was refused.
    """
    login = stack.credentials.engine
    settings = {
        "SCRIPT_MANAGER_DATABASE_URL": stack.database_url("script_manager"),
        "SCRIPT_MANAGER_ENGINE_URL": stack.urls["engine"],
        "SCRIPT_MANAGER_ENGINE_USER": login.user,
        "SCRIPT_MANAGER_ENGINE_PASSWORD": login.password,
    }
    command = [sys.executable, "-m", "player_api.releases", "publish", str(folder)]
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StackError(f"The benchmark's script was refused: {(done.stdout + done.stderr)[-2000:]}")


def ordinary_form() -> list[_Json]:
    """What a step usually asks: something to say, and a handful of fields of every kind."""
    options = {"values": [{"label": f"Вариант {letter}", "value": letter} for letter in "АБВГД"]}
    return [
        {"type": "text", "id": "say", "text": "Подскажите, пожалуйста, как к вам обращаться и что случилось?"},
        _field("textfield", "name", "Имя") | {"validate": {"maxLength": 80}},
        _field("textarea", "story", "Что случилось"),
        _field("number", "count", "Сколько раз") | {"validate": {"min": 0, "max": 99}},
        _field("select", "reason", "Причина") | options,
        _field("radio", "kind", "Вид обращения") | options,
        _field("checklist", "tried", "Что уже пробовали") | options,
        _field("checkbox", "urgent", "Срочно"),
        _field("textfield", "note", "Уточнение") | {"conditional": {"hide": "=not(urgent)"}},
    ]


def long_form() -> list[_Json]:
    """150 fields, of which 50 are shown or hidden by what the first one holds."""
    kinds = ("textfield", "number", "checkbox", "textarea")
    plain = [_field(kinds[number % 4], f"f{number}", f"Поле {number}") for number in range(FIELDS - CONDITIONS)]
    conditional = [
        _field("textfield", f"f{number}", f"Поле {number}")
        | {"conditional": {"hide": f'=f0 = null or not(contains(f0, "{number % 10}"))'}}
        for number in range(FIELDS - CONDITIONS, FIELDS)
    ]
    return plain + conditional


def _field(kind: str, key: str, label: str) -> _Json:
    return {"type": kind, "id": key, "key": key, "label": label}


def _form(name: str, components: list[_Json]) -> _Json:
    return {"id": f"{SCRIPT}_{name}", "type": "default", "schemaVersion": 18, "components": components}


def _diagram(tasks: list[str]) -> str:
    places = ["begin", *tasks, "done"]
    flows = "".join(
        f'<sequenceFlow id="to_{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in pairwise(places)
    )
    steps = "".join(
        f'<userTask id="{task}" name="Шаг {task}"'
        f' camunda:formRef="{SCRIPT}_{task}" camunda:formRefBinding="deployment"/>'
        for task in tasks
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="bench">'
        f'<process id="{SCRIPT}" name="Много форм" isExecutable="true">'
        f'<startEvent id="begin"/>{steps}<endEvent id="done"/>{flows}</process></definitions>'
    )
