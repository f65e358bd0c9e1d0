"""What closing refuses, what it adds, and that the same files make the same release."""

import json
from collections.abc import Mapping

import pytest
from lxml import etree

from functions.catalogue import Catalogue
from player_api.releases.close import close
from player_api.releases.errors import ReleaseRefused
from player_api.releases.folder import read_folder
from player_api.releases.namespaces import CAMUNDA, CAMUNDA_DMN, bpmn
from stack.folder import ROOT
from tests.player_api.releases.wired import wired

Files = dict[str, bytes]
SCRIPT = "asking"
NOTHING_DECLARED = Catalogue({}, {})


def process(content: str = "", *, key: str = SCRIPT, attributes: str = 'isExecutable="true"') -> str:
    return f'<process id="{key}" name="Вопрос" {attributes}>{content}<startEvent id="start"/></process>'


def diagram(*processes: str, doctype: str = "") -> bytes:
    namespaces = f'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="{CAMUNDA}" targetNamespace="x"'
    return wired(f'<?xml version="1.0"?>{doctype}<definitions {namespaces}>{"".join(processes)}</definitions>'.encode())


def form(**schema: object) -> bytes:
    return json.dumps({"type": "default", "id": "f", "components": [], **schema}).encode()


def field(**properties: object) -> bytes:
    return form(components=[{"type": "textfield", "key": "account", **properties}])


def asking(form_id: str = "f", binding: str | None = "deployment") -> bytes:
    bound = f' camunda:formRefBinding="{binding}"' if binding else ""
    return diagram(process(f'<userTask id="ask" camunda:formRef="{form_id}"{bound}/>'))


def task(attributes: str, content: str = "") -> bytes:
    return diagram(process(f'<userTask id="ask" {attributes}>{content}</userTask>'))


def generated(attributes: str, constraint: str = "") -> bytes:
    validation = f"<camunda:validation>{constraint}</camunda:validation>"
    fields = (
        f'<camunda:formData><camunda:formField id="a" {attributes}>{validation}</camunda:formField></camunda:formData>'
    )
    return task("", f"<extensionElements>{fields}</extensionElements>")


ENTITIES = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE d SYSTEM "file:///etc/passwd">'
DOCTYPE = "script.bpmn: a document type is not allowed"
BAD_FORM = "f.form: a form is an object with an id and components"
UNREADABLE = "f.form: this is not JSON that can be read"
GOOD = {"script.bpmn": diagram(process())}


def findings(files: Mapping[str, bytes]) -> list[str]:
    with pytest.raises(ReleaseRefused) as refused:
        close(SCRIPT, files, NOTHING_DECLARED)
    return [str(finding) for finding in refused.value.findings]


@pytest.mark.parametrize(
    ("files", "finding"),
    [
        ({"script.bpmn": diagram(process(attributes=""))}, "not marked as executable"),
        ({"script.bpmn": diagram(process(attributes='isExecutable="false"'))}, "not marked as executable"),
        ({"script.bpmn": diagram(process(key="other"))}, "script.bpmn, other: a process must have the id 'asking'"),
        ({"main.bpmn": diagram(process(key="other"))}, "main.bpmn, other: a process must have the id 'asking'"),
        ({"script.bpmn": diagram()}, "asking: there is no process"),
        ({}, "asking: there is no process"),
        ({"script.bpmn": asking()}, "script.bpmn, ask: there is no form with the id 'f'"),
        ({"script.bpmn": asking("g"), "f.form": form()}, "script.bpmn, ask: there is no form with the id 'g'"),
        ({"script.bpmn": asking("${f}"), "f.form": form()}, "there is no form with the id '${f}'"),
        ({"script.bpmn": asking(binding="version"), "f.form": form()}, "a release holds its own forms"),
        (
            {"script.bpmn": task('camunda:formKey="embedded:app:forms/a.html"')},
            "'embedded:app:forms/a.html' can't be shown",
        ),
        (
            {"script.bpmn": task('camunda:formKey="camunda-forms:deployment:g.form"'), "f.form": form()},
            "can't be shown",
        ),
        ({"script.bpmn": task('camunda:formKey="${key}"')}, "'${key}' can't be shown"),
        ({"script.bpmn": task('camunda:formHandlerClass="a.B"')}, "a form handler is not supported"),
        ({"script.bpmn": generated('type="x"')}, "the field 'a' has the type 'x'"),
        ({"script.bpmn": generated('type="long" defaultValue="many"')}, "the default of the field 'a' is no long"),
        (
            {"script.bpmn": generated('type="date" defaultValue="2026-11-23"')},
            "the default of the field 'a' is no date",
        ),
        ({"script.bpmn": generated('label="${runtime.exec()}"')}, "the label of the field 'a' computes something"),
        ({"script.bpmn": generated('defaultValue="#{x}"')}, "the default of the field 'a' computes something"),
        (
            {"script.bpmn": generated("", '<camunda:constraint name="validator" config="a.B"/>')},
            "the constraint 'validator'",
        ),
        ({"script.bpmn": generated("", '<camunda:constraint name="minlength" config="x"/>')}, "needs a whole number"),
        ({"script.bpmn": diagram(process('<callActivity id="c"/>'))}, "c: it does not say which script it calls"),
        ({"script.bpmn": diagram(process('<callActivity id="c" calledElement="${x}"/>'))}, "must be written there"),
        ({"script.bpmn": diagram(process('<callActivity id="c" calledElement="none"/>'))}, "there is no such script"),
        ({"script.bpmn": diagram(process('<callActivity id="c" calledElement="asking"/>'))}, "itself: asking → asking"),
        (
            {"script.bpmn": diagram(process('<businessRuleTask id="d" camunda:decisionRef="none"/>'))},
            "no decision 'none'",
        ),
        ({"script.bpmn": diagram(process(), process())}, "script.bpmn has a process with the same id"),
        (GOOD | {"f.form": b""}, UNREADABLE),
        (GOOD | {"f.form": b"{"}, UNREADABLE),
        (GOOD | {"f.form": b"\xff\xfe\xfd"}, UNREADABLE),
        (GOOD | {"f.form": b"[" * 100_000}, UNREADABLE),
        (GOOD | {"f.form": b'{"id": "f", "components": ' + b"[" * 3000 + b"]" * 3000 + b"}"}, UNREADABLE),
        (GOOD | {"f.form": b"[]"}, BAD_FORM),
        (GOOD | {"f.form": b"null"}, BAD_FORM),
        (GOOD | {"f.form": b'"text"'}, BAD_FORM),
        (GOOD | {"f.form": b'{"components": []}'}, BAD_FORM),
        (GOOD | {"f.form": form(id=5)}, BAD_FORM),
        (GOOD | {"f.form": form(id="")}, BAD_FORM),
        (GOOD | {"f.form": form(components=5)}, "f.form: components are a list of objects"),
        (GOOD | {"f.form": form(components=["text"])}, "f.form: components are a list of objects"),
        (GOOD | {"f.form": form(components=[{"type": "filepicker"}])}, "the type 'filepicker' is not supported"),
        (GOOD | {"f.form": field(key="номер")}, "needs a key of Latin letters"),
        (GOOD | {"f.form": field(conditional={"hide": "true"})}, "does not begin with ="),
        (GOOD | {"f.form": field(validate={"pattern": "(["})}, "the pattern of the field 'account' is not a regular"),
        (GOOD | {"f.form": field(validate={"pattern": 5})}, "the pattern of the field 'account' is not a regular"),
        (GOOD | {"f.form": field(conditional={"hide": "=if if"})}, "f.form, account: FEEL expression 'if if'"),
        (GOOD | {"f.form": form(), "g.form": form()}, "g.form: f.form has the same id 'f'"),
    ],
)
def test_what_would_fail_later_is_refused_now(files: Files, finding: str) -> None:
    [found] = findings(files)
    assert finding in found


def test_xml_of_another_kind_is_no_bpmn() -> None:
    assert findings({"script.bpmn": b"<definitions/>"}) == [
        "asking: there is no process",
        "script.bpmn: the file is no BPMN: its root must be BPMN's definitions",
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"not xml", b"<definitions>", b"\xff\xfe\x00", b'{"id": 1}', b"<a>" * 300 + b"</a>" * 300, b"<a>&none;</a>"],
)
@pytest.mark.parametrize("name", ["script.bpmn", "table.dmn"])
def test_what_is_not_xml_is_refused(name: str, content: bytes) -> None:
    assert findings({**GOOD, name: content})[0].startswith(f"{name}: this is not XML: ")


@pytest.mark.parametrize("doctype", [ENTITIES, EXTERNAL, "<!DOCTYPE definitions>"])
def test_document_types_are_refused_and_not_followed(doctype: str) -> None:
    assert findings({"script.bpmn": diagram(process("&b;" if "ENTITY" in doctype else ""), doctype=doctype)}) == [
        DOCTYPE
    ]


def test_all_that_is_wrong_is_said_at_once() -> None:
    files = {"script.bpmn": diagram(process(key="other", attributes="")), "f.form": b"{", "t.dmn": b"<"}
    assert len(findings(files)) == 4


def dmn(attribute: str = "") -> bytes:
    camunda = f'xmlns:camunda="{CAMUNDA_DMN}"'
    return (
        f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" {camunda}>'
        f'<decision id="d" {attribute}/></definitions>'
    ).encode()


def time_to_live(content: bytes, namespace: str) -> list[str | None]:
    root = etree.fromstring(content)
    owners = [*root.iter(bpmn("process")), *root.iter("{*}decision")]
    return [owner.get(f"{{{namespace}}}historyTimeToLive") for owner in owners]


@pytest.mark.parametrize(("written", "kept"), [("", "P30D"), ('camunda:historyTimeToLive="P365D"', "P365D")])
def test_a_time_to_live_is_added_where_there_is_none(written: str, kept: str) -> None:
    attributes = f'isExecutable="true" {written}'
    closed = close(
        SCRIPT, {"script.bpmn": diagram(process(attributes=attributes)), "t.dmn": dmn(written)}, NOTHING_DECLARED
    )
    assert time_to_live(closed.files["asking/script.bpmn"], CAMUNDA) == [kept]
    assert time_to_live(closed.files["asking/t.dmn"], CAMUNDA_DMN) == [kept]


def test_a_script_is_called_what_its_process_says_in_english_too() -> None:
    noted = '<camunda:properties><camunda:property name="name_en" value="A question"/></camunda:properties>'
    named = diagram(process(f"<extensionElements>{noted}</extensionElements>"))
    assert close(SCRIPT, {"script.bpmn": named}, NOTHING_DECLARED).title_en == "A question"
    assert close(SCRIPT, {"script.bpmn": diagram(process())}, NOTHING_DECLARED).title_en is None


def test_a_script_may_bring_other_processes_in_any_file() -> None:
    files = {"a_part.bpmn": diagram(process(key="part")), "script.bpmn": diagram(process(), process(key="second"))}
    closed = close(SCRIPT, files, NOTHING_DECLARED)
    assert (closed.title, set(closed.files)) == ("Вопрос", {"asking/a_part.bpmn", "asking/script.bpmn"})


def result(value: str) -> bytes:
    extension = f'<camunda:properties><camunda:property name="result" value="{value}"/></camunda:properties>'
    return diagram(process(f"<extensionElements>{extension}</extensionElements>"))


@pytest.mark.parametrize(
    ("file", "declared"),
    [
        (GOOD["script.bpmn"], ["outcome"]),
        (result("outcome, amount ,days"), ["outcome", "amount", "days"]),
        (result(""), []),
    ],
)
def test_the_result_is_what_the_process_declares(file: bytes, declared: list[str]) -> None:
    assert close(SCRIPT, {"script.bpmn": file}, NOTHING_DECLARED).result == declared


def test_the_digest_is_of_names_and_contents_and_of_nothing_else() -> None:
    files = {"script.bpmn": asking(), "f.form": form()}
    digest = close(SCRIPT, files, NOTHING_DECLARED).digest
    assert close(SCRIPT, dict(reversed(files.items())), NOTHING_DECLARED).digest == digest
    others = (
        {**files, "f.form": form(schemaVersion=18)},
        {"script.bpmn": files["script.bpmn"], "renamed.form": files["f.form"]},
        {**files, "g.form": form(id="g")},
    )
    digests = {close(SCRIPT, other, NOTHING_DECLARED).digest for other in others}
    assert len(digests | {digest}) == 4


def test_what_has_been_closed_can_be_closed_again_to_the_same() -> None:
    closed = close(SCRIPT, GOOD, NOTHING_DECLARED)
    again = close(SCRIPT, {"script.bpmn": closed.files["asking/script.bpmn"]}, NOTHING_DECLARED)
    assert again == closed


def test_a_folder_without_a_diagram_is_refused() -> None:
    folder = ROOT / "bpmn" / "promised_payment" / "answers"
    with pytest.raises(ReleaseRefused, match=r"answers: there is no \.bpmn file"):
        read_folder(folder)


def test_a_folder_gives_what_the_engine_executes_and_nothing_else() -> None:
    names = set(read_folder(ROOT / "bpmn" / "promised_payment"))
    assert {"script.bpmn", "offers.dmn", "ask_account.form"} <= names
    assert {name.rpartition(".")[2] for name in names} == {"bpmn", "dmn", "form"}


def calling(key: str, called: str, own: str = "") -> dict[str, bytes]:
    return {
        "script.bpmn": diagram(
            process(f'<callActivity id="call" calledElement="{called}">{own}</callActivity>', key=key)
        )
    }


PART = {"script.bpmn": diagram(process('<userTask id="ask" camunda:formRef="f"/>', key="part")), "ask.form": form()}


def test_called_scripts_are_part_of_the_release_however_deep() -> None:
    scripts = {"middle": calling("middle", "part"), "part": PART}
    closed = close(SCRIPT, calling(SCRIPT, "middle"), NOTHING_DECLARED, scripts.get)
    assert set(closed.files) == {"asking/script.bpmn", "middle/script.bpmn", "part/script.bpmn", "part/ask.form"}
    for name in ("asking", "middle"):
        [call] = etree.fromstring(closed.files[f"{name}/script.bpmn"]).iter(bpmn("callActivity"))
        assert call.get(f"{{{CAMUNDA}}}calledElementBinding") == "deployment"
        [key, *context] = call.iter(f"{{{CAMUNDA}}}in")
        assert key.get("businessKey") == "#{execution.processBusinessKey}"
        assert [(node.get("source"), node.get("target")) for node in context] == [
            (name, name) for name in ("correlationId", "tenant", "customer")
        ]


def test_a_business_key_that_was_handed_down_otherwise_is_replaced_and_other_values_stay() -> None:
    own = (
        '<extensionElements><camunda:in businessKey="x"/><camunda:in variables="all"/>'
        "</extensionElements><incoming>f</incoming>"
    )
    closed = close(SCRIPT, calling(SCRIPT, "part", own), NOTHING_DECLARED, {"part": PART}.get)
    [call] = etree.fromstring(closed.files["asking/script.bpmn"]).iter(bpmn("callActivity"))
    handed = [dict(node.attrib) for node in call.iter(f"{{{CAMUNDA}}}in")]
    assert handed == [{"variables": "all"}, {"businessKey": "#{execution.processBusinessKey}"}]


def test_scripts_that_call_each_other_in_a_circle_are_refused() -> None:
    scripts = {"middle": calling("middle", SCRIPT)}
    with pytest.raises(ReleaseRefused) as refused:
        close(SCRIPT, calling(SCRIPT, "middle"), NOTHING_DECLARED, scripts.get)
    assert [str(finding) for finding in refused.value.findings] == [
        "script.bpmn, call: it calls itself: asking → middle → asking",
        "middle/script.bpmn, call: it calls itself: middle → asking → middle",
    ]


def test_two_scripts_with_the_same_form_are_refused() -> None:
    files = {**calling(SCRIPT, "part"), "own.form": form()}
    with pytest.raises(ReleaseRefused, match=r"part/ask\.form: own\.form has the same id 'f'"):
        close(SCRIPT, files, NOTHING_DECLARED, {"part": PART}.get)


@pytest.mark.parametrize("binding", ["latest", None])
def test_forms_are_bound_to_the_deployment(binding: str | None) -> None:
    closed = close(SCRIPT, {"script.bpmn": asking(binding=binding), "f.form": form()}, NOTHING_DECLARED)
    [bound] = etree.fromstring(closed.files["asking/script.bpmn"]).iter(bpmn("userTask"))
    assert bound.get(f"{{{CAMUNDA}}}formRefBinding") == "deployment"


def test_a_form_that_is_named_by_its_file_is_bound_by_its_id() -> None:
    files = {"script.bpmn": task('camunda:formKey="camunda-forms:deployment:f.form"'), "f.form": form(id="own")}
    [bound] = etree.fromstring(close(SCRIPT, files, NOTHING_DECLARED).files["asking/script.bpmn"]).iter(
        bpmn("userTask")
    )
    assert (bound.get(f"{{{CAMUNDA}}}formRef"), bound.get(f"{{{CAMUNDA}}}formKey")) == ("own", None)
