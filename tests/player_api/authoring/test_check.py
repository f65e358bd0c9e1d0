"""Drafts that would run code in the engine, or fail later: what authors are told, and that nothing is published."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from player_api.authoring.archives import write_archive
from tests.player_api.api import Api
from tests.player_api.authoring.scripts import bpmn
from tests.player_api.releases.checks.test_allowed import EVALUATED, FORBIDDEN

DANGEROUS = EVALUATED | {name: inside for name, (inside, _) in FORBIDDEN.items()}
CODE = {"code", "form-binding", "called-script", "start-event", "decision"}
NAMESPACES = (
    'xmlns:c="http://camunda.org/schema/1.0/bpmn" xmlns:a="http://activiti.org/bpmn"'
    ' xmlns:o="http://operaton.org/schema/1.0/bpmn"'
)
BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip


async def checked(api: Api, script: str, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    path = f"/scripts/{script}"
    made = await api.request("PUT", f"{path}/archive", key="key-author", content=write_archive(files))
    assert made.status_code == 200, made.text
    found: list[dict[str, Any]] = (await api.request("POST", f"{path}/draft/check", key="key-author")).json()[
        "findings"
    ]
    return found


async def refused(api: Api, script: str, files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Check a draft of these files, and see that publishing it says the same and does nothing."""
    found = await checked(api, script, files)
    answer = await api.request("POST", f"/scripts/{script}/releases", key="key-head-publisher", json={})
    assert (answer.status_code, answer.json()["findings"]) == (422, found)
    assert (await api.request("GET", f"/scripts/{script}/releases", key="key-author")).json() == []
    return found


def with_more(script: str, inside: str, doctype: str = "") -> bytes:
    """A script that has more in its process than it needs."""
    whole = bpmn(script).decode().replace('<bpmn:definitions xmlns:bpmn="', f'<definitions {NAMESPACES} xmlns="')
    whole = whole.replace("bpmn:", "").replace("</process>", f"{inside}</process>")
    return whole.replace('<?xml version="1.0" encoding="UTF-8"?>', f'<?xml version="1.0"?>{doctype}').encode()


def has_russian(sentence: str) -> bool:
    return any("а" <= letter <= "я" for letter in sentence.lower())


async def test_what_would_run_code_is_refused_in_both_languages(api: Api, script: str) -> None:
    places = {f"part{number}": name for number, name in enumerate(DANGEROUS)}
    parts = {f"{part}.bpmn": with_more(part, DANGEROUS[name]) for part, name in places.items()}
    found = await refused(api, script, {"script.bpmn": bpmn(script), **parts})
    for part, name in places.items():
        about = [each for each in found if each["file"] == f"{part}.bpmn" and each["rule"] in CODE]
        assert about, name
        for finding in about:
            assert finding["severity"] == "error"
            assert has_russian(finding["sentence"]["ru"])
            assert not has_russian(finding["sentence"]["en"])
    assert "script.bpmn" not in {finding["file"] for finding in found}


@pytest.mark.parametrize(
    ("doctype", "inside"),
    [(BOMB, "<documentation>&i;</documentation>"), ('<!DOCTYPE d SYSTEM "file:///etc/passwd">', "")],
)
async def test_entities_are_refused_unread(api: Api, script: str, doctype: str, inside: str) -> None:
    found = await refused(api, script, {"script.bpmn": with_more(script, inside, doctype)})
    assert {"document-type", "not-xml"} & {finding["rule"] for finding in found}


async def test_a_document_type_in_a_decision_is_refused(api: Api, script: str) -> None:
    decision = b'<!DOCTYPE d [<!ENTITY a "b">]><definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
    [finding] = await refused(api, script, {"script.bpmn": bpmn(script), "t.dmn": decision})
    assert (finding["file"], finding["rule"]) == ("t.dmn", "document-type")


async def test_warnings_are_shown_and_are_no_reason_to_refuse(api: Api, script: str) -> None:
    form = {"id": "f", "type": "default", "components": [{"type": "text", "id": "said", "text": "{{nobody}}"}]}
    diagram = with_more(script, "").replace(b'<userTask id="ask"', b'<userTask id="ask" c:formRef="f"')
    [finding] = await checked(api, script, {"script.bpmn": diagram, "f.form": json.dumps(form).encode()})
    assert (finding["file"], finding["element"]) == ("f.form", "said")
    assert (finding["rule"], finding["severity"]) == ("form-text", "warning")
