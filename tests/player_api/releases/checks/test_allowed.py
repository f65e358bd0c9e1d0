"""What runs code in the engine is refused in every place; what scripts need is not."""

from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from lxml import etree

from player_api.releases.checks.allowed import code_findings
from stack.folder import ROOT

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:c="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:a="http://activiti.org/bpmn"'
    ' xmlns:o="http://operaton.org/schema/1.0/bpmn" targetNamespace="t">'
)
_DMN = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" namespace="n">{}</definitions>'
KNOWN = {"account", "days", "lines"}
EVIL = "${dataSource.password}"


def sentences(inside: str, outside: str = "") -> list[str]:
    text = f'{_HEAD}<process id="p" isExecutable="true">{inside}</process>{outside}</definitions>'
    return [finding.en for finding in code_findings({"x.bpmn": etree.fromstring(text)}, KNOWN)]


def user_task(attributes: str = "", inside: str = "") -> str:
    return f'<userTask id="t" {attributes}>{inside}</userTask>'


def extended(inside: str, attributes: str = "") -> str:
    return user_task(attributes, f"<extensionElements>{inside}</extensionElements>")


def called(inside: str) -> str:
    return f'<callActivity id="t" calledElement="sub"><extensionElements>{inside}</extensionElements></callActivity>'


def service(attributes: str) -> str:
    return f'<serviceTask id="t" {attributes}/>'


def field(attributes: str, inside: str = "") -> str:
    return extended(f"<c:formData><c:formField id='f' type='string' {attributes}>{inside}</c:formField></c:formData>")


EVALUATED = {
    "name": user_task(f'name="{EVIL}"'),
    "documentation": user_task(inside=f"<documentation>{EVIL}</documentation>"),
    "assignee": user_task(f'c:assignee="{EVIL}"'),
    "candidate users": user_task(f'c:candidateUsers="{EVIL}"'),
    "candidate groups": user_task(f'c:candidateGroups="{EVIL}"'),
    "due date": user_task(f'c:dueDate="{EVIL}"'),
    "follow-up date": user_task(f'c:followUpDate="{EVIL}"'),
    "priority": user_task(f'c:priority="{EVIL}"'),
    "field label": field(f'label="{EVIL}"'),
    "field default": field(f'defaultValue="{EVIL}"'),
    "input parameter": extended(f"<c:inputOutput><c:inputParameter name='i'>{EVIL}</c:inputParameter></c:inputOutput>"),
    "output parameter": extended(
        f"<c:inputOutput><c:outputParameter name='i'>{EVIL}</c:outputParameter></c:inputOutput>"
    ),
    "list parameter": extended(
        "<c:inputOutput><c:inputParameter name='i'><c:list>"
        f"<c:value>{EVIL}</c:value></c:list></c:inputParameter></c:inputOutput>"
    ),
    "map parameter": extended(
        "<c:inputOutput><c:inputParameter name='i'><c:map>"
        f"<c:entry key='k'>{EVIL}</c:entry></c:map></c:inputParameter></c:inputOutput>"
    ),
    "condition": f'<sequenceFlow id="t"><conditionExpression>{EVIL}</conditionExpression></sequenceFlow>',
    "conditional event": "<boundaryEvent id='t'><conditionalEventDefinition>"
    f"<condition>{EVIL}</condition></conditionalEventDefinition></boundaryEvent>",
    "timer date": "<startEvent id='t'><timerEventDefinition>"
    f"<timeDate>{EVIL}</timeDate></timerEventDefinition></startEvent>",
    "timer duration": "<boundaryEvent id='t'><timerEventDefinition>"
    f"<timeDuration>{EVIL}</timeDuration></timerEventDefinition></boundaryEvent>",
    "timer cycle": "<startEvent id='t'><timerEventDefinition>"
    f"<timeCycle>{EVIL}</timeCycle></timerEventDefinition></startEvent>",
    "source expression in": called(f'<c:in sourceExpression="{EVIL}" target="x"/>'),
    "source expression out": called(f'<c:out sourceExpression="{EVIL}" target="x"/>'),
    "collection": user_task(inside=f'<multiInstanceLoopCharacteristics c:collection="{EVIL}"/>'),
    "cardinality": user_task(
        inside=f"<multiInstanceLoopCharacteristics><loopCardinality>{EVIL}</loopCardinality>"
        "</multiInstanceLoopCharacteristics>"
    ),
    "completion condition": user_task(
        inside=f"<multiInstanceLoopCharacteristics><completionCondition>{EVIL}</completionCondition>"
        "</multiInstanceLoopCharacteristics>"
    ),
    "error of a task": service('c:type="external" c:topic="f"').replace(
        "/>", f"><extensionElements><c:errorEventDefinition expression='{EVIL}'/></extensionElements></serviceTask>"
    ),
}


@pytest.mark.parametrize("inside", EVALUATED.values(), ids=EVALUATED)
def test_property_access_is_refused_wherever_the_engine_evaluates(inside: str) -> None:
    [sentence] = sentences(inside)
    assert "has an expression that is not allowed" in sentence


@pytest.mark.parametrize(
    "attack",
    [
        "${account.getClass()}",
        "#{dataSource.password}",
        "${account['getClass']}",
        "${execution}",
        "${systemEnvironment}",
        "${unknown}",
        "text ${account} ${execution.id}",
        "${account",
        "${lines.elements().get(0)}",
        "${lines.prop('a').getClass()}",
        "${lines.prop(account)}",
        "${dataSource.prop('password')}",
        "${''.getClass().forName('java.lang.Runtime')}",
        "\\${dataSource.password}",
        "&#36;{dataSource.password}",
        "$<!-- -->{dataSource.password}",
    ],
)
def test_ways_around_are_refused(attack: str) -> None:
    assert len(sentences(user_task(inside=f"<documentation>{attack}</documentation>"))) == 1


FORBIDDEN = {
    "script task": ("<scriptTask id='t' scriptFormat='juel'><script>1</script></scriptTask>", "integration function"),
    "execution listener": (extended("<c:executionListener class='X' event='start'/>"), "listener"),
    "task listener": (extended("<c:taskListener expression='${x}' event='create'/>"), "listener"),
    "connector": (extended("<c:connector><c:connectorId>http</c:connectorId></c:connector>"), "connector"),
    "script parameter": (
        extended(
            "<c:inputOutput><c:inputParameter name='i'><c:script scriptFormat='juel'>1</c:script>"
            "</c:inputParameter></c:inputOutput>"
        ),
        "script",
    ),
    "class": (service('c:class="java.lang.Runtime"'), "'camunda:class' is not allowed"),
    "expression": (service('c:expression="${x}"'), "'camunda:expression' is not allowed"),
    "delegate": (service('c:delegateExpression="${x}"'), "'camunda:delegateExpression' is not allowed"),
    "shell": (service('c:type="shell"'), "must be 'external'"),
    "nothing": (service(""), "must call an integration function"),
    "topic": (service('c:type="external" c:topic="${account}"'), "must not have an expression"),
    "task priority": (service('c:type="external" c:topic="f" c:taskPriority="${account}"'), "must be a number"),
    "another prefix": (service('a:class="X"').replace("<serviceTask", "<serviceTask c:type='external'"), "not allowed"),
    "another namespace": (extended("<a:formData/>"), "not allowed"),
    "Operaton's prefix": (user_task('o:formHandlerClass="X"'), "not allowed"),
    "Operaton's namespace": (extended("<o:formData/>"), "not allowed"),
    "form handler": (user_task('c:formHandlerClass="X"'), "'camunda:formHandlerClass' is not allowed"),
    "form key": (user_task('c:formKey="${account}"'), "must not have an expression"),
    "form reference": (user_task('c:formRef="${account}"'), "must not have an expression"),
    "form version": (user_task('c:formRefVersion="${account}"'), "must not have an expression"),
    "validator": (field("", "<c:validation><c:constraint name='validator' config='X'/></c:validation>"), "validator"),
    "called script": ("<callActivity id='t' calledElement='${account}'/>", "must not have an expression"),
    "called tenant": ("<callActivity id='t' calledElement='s' c:calledElementTenantId='x'/>", "not allowed"),
    "mapping": ("<callActivity id='t' c:variableMappingClass='X'/>", "not allowed"),
    "mapping delegate": ("<callActivity id='t' c:variableMappingDelegateExpression='${x}'/>", "not allowed"),
    "case": ("<callActivity id='t' c:caseRef='x'/>", "not allowed"),
    "business key": (called('<c:in businessKey="${account}"/>'), "must not have an expression"),
    "decision": ("<businessRuleTask id='t' c:decisionRef='${account}'/>", "must not have an expression"),
    "retry cycle": (extended("<c:failedJobRetryTimeCycle>${account}</c:failedJobRetryTimeCycle>"), "expression"),
    "condition language": (
        '<sequenceFlow id="t"><conditionExpression language="groovy">x</conditionExpression></sequenceFlow>',
        "must be FEEL",
    ),
    "condition resource": (
        '<sequenceFlow id="t"><conditionExpression c:resource="deployment://x"/></sequenceFlow>',
        "'camunda:resource' is not allowed",
    ),
    "processing instruction": (user_task(inside="<?evil x?>"), "processing instruction"),
    "foreign element": ("<x xmlns='urn:x' id='t'/>", "not allowed"),
    "a drawing with a process": (
        "<di:BPMNDiagram xmlns:di='http://www.omg.org/spec/BPMN/20100524/DI'><scriptTask id='t'/></di:BPMNDiagram>",
        "not allowed in a drawing",
    ),
}


@pytest.mark.parametrize(("inside", "says"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_what_runs_code_is_refused_with_a_sentence(inside: str, says: str) -> None:
    assert says in " ".join(sentences(inside))


@pytest.mark.parametrize(
    ("outside", "says"),
    [
        ('<message id="m" name="${account}x.y()"/>', ""),
        ('<error id="e" errorCode="c" c:errorMessage="${account}"/>', "must not have an expression"),
        ('<signal id="s" name="${dataSource.password}"/>', "not allowed"),
        ('<x xmlns="http://www.omg.org/spec/CMMN/20151109/MODEL"/>', "not allowed"),
    ],
)
def test_what_stands_beside_the_process_is_checked_too(outside: str, says: str) -> None:
    assert len(found := sentences("", outside)) <= 1
    assert says in "".join(found)


ALLOWED = {
    "a name with a variable": user_task('name="Счёт ${account}"'),
    "arithmetic": user_task("name=" + quoteattr("${days + 1 >= 7 && !empty account ? 'a' : \"b\"}")),
    "feel": '<sequenceFlow id="t"><conditionExpression language="feel">a.b.c = "${x.y}"</conditionExpression>'
    "</sequenceFlow>",
    "a list": user_task(inside='<multiInstanceLoopCharacteristics c:collection="${lines}" c:elementVariable="line"/>'),
    "a JSON list": user_task(inside='<multiInstanceLoopCharacteristics c:collection="${lines.elements()}"/>'),
    "a part of JSON": user_task("name=" + quoteattr("${lines.prop('a').prop(\"б\").stringValue()}")),
    "the session's id": called('<c:in businessKey="#{execution.processBusinessKey}"/>'),
    "a function": service('c:type="external" c:topic="billing.get_balance" c:asyncBefore="true" c:jobPriority="5"'),
    "an engine's variable": user_task('name="${loopCounter + 1} of ${nrOfInstances}"'),
    "a price": user_task('name="100 $ за {days} # 5"'),
}


@pytest.mark.parametrize("inside", ALLOWED.values(), ids=ALLOWED)
def test_what_scripts_need_is_allowed(inside: str) -> None:
    assert sentences(inside) == []


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ("<decision id='d1'><decisionTable id='t' expressionLanguage='juel'/></decision>", "must be FEEL"),
        ("<decision id='d1'><literalExpression id='l' expressionLanguage='groovy'/></decision>", "must be FEEL"),
        ("<decision id='d1'><inputEntry id='i'><text>${x.y}</text></inputEntry></decision>", "but FEEL"),
        ("<x xmlns='urn:x'/>", "not allowed in a decision"),
    ],
)
def test_decisions_are_feel(inside: str, says: str) -> None:
    [finding] = code_findings({"x.dmn": etree.fromstring(_DMN.format(inside))}, ())
    assert says in finding.en


def test_a_finding_names_the_nearest_element() -> None:
    text = f"{_HEAD}<process id='p'>{extended('<c:connector/>')}</process></definitions>"
    [finding] = code_findings({"x.bpmn": etree.fromstring(text)}, ())
    assert (finding.file, finding.element) == ("x.bpmn", "t")


@pytest.mark.parametrize("folder", sorted((ROOT / "bpmn").glob("*/")), ids=lambda folder: folder.name)
def test_the_shipped_scripts_keep_to_it(folder: Path) -> None:
    trees = {
        file.name: etree.fromstring(file.read_bytes()) for file in folder.iterdir() if file.suffix in {".bpmn", ".dmn"}
    }
    found = [finding for finding in code_findings(trees, ()) if "that nothing in the script sets" not in finding.en]
    assert found == []
