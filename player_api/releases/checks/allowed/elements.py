"""The elements and attributes that a diagram may hold, and what each of their values may be.

Sources: BPMN 2.0, and Camunda 7.24 reference "BPMN 2.0 Implementation Reference" with "Extension Elements" and
"Extension Attributes". What is not listed here is refused.
"""

from collections.abc import Mapping
from enum import Enum

from player_api.releases.namespaces import BPMN, CAMUNDA

Name = tuple[str, str]
"""Namespace and local name; attributes of BPMN itself have the empty namespace."""


class Value(Enum):
    """What an attribute or a text may hold."""

    TEXT = "text"
    """Text that the engine evaluates: variables and simple expressions."""
    LITERAL = "literal"
    """Text without any expression."""
    NUMBER = "number"
    EXTERNAL = "external"
    """Only ``external``: any other kind of task runs code in the engine."""
    NOT_VALIDATOR = "not_validator"
    """Any constraint of a form field but the one that names a class."""


_NONE: Mapping[Name, Value] = {}


def _attributes(namespace: str, **values: str) -> dict[Name, Value]:
    return {(namespace, name): Value[kind] for kind, names in values.items() for name in names.split()}


def _element(own: str = "", *, text: str = "", literal: str = "", number: str = "", **more: str) -> dict[Name, Value]:
    """The attributes of an element: those of BPMN, then Camunda's by what they may hold."""
    camunda = {"TEXT": text, "LITERAL": literal, "NUMBER": number, **more}
    return _attributes("", LITERAL=f"id {own}", TEXT="name") | _attributes(CAMUNDA, **camunda)


_ASYNC = "asyncBefore asyncAfter exclusive"
_FORM = "formKey formRef formRefBinding formRefVersion"
_ACTIVITY = "isForCompensation startQuantity completionQuantity default"
_EVENT = "parallelMultiple isInterrupting"
_DECISION = "decisionRef decisionRefBinding decisionRefVersion decisionRefVersionTag mapDecisionResult resultVariable"
_CALLED = "calledElementBinding calledElementVersion calledElementVersionTag"
_TEMPLATE = _attributes(CAMUNDA, LITERAL="modelerTemplate modelerTemplateVersion modelerTemplateIcon")
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TYPED = _attributes(_XSI, LITERAL="type") | _attributes("", LITERAL="id language")

_MODEL: Mapping[str, Mapping[Name, Value]] = {
    "definitions": _element("targetNamespace exporter exporterVersion") | _attributes(_XSI, LITERAL="schemaLocation"),
    "process": _element(
        "isExecutable isClosed processType",
        literal="historyTimeToLive versionTag isStartableInTasklist",
        number="jobPriority taskPriority",
    ),
    "documentation": _attributes("", LITERAL="id textFormat"),
    "extensionElements": _element(),
    "startEvent": _element(_EVENT, literal=f"initiator {_FORM} {_ASYNC}", number="jobPriority"),
    "endEvent": _element(literal=_ASYNC, number="jobPriority"),
    "intermediateCatchEvent": _element(_EVENT, literal=_ASYNC, number="jobPriority"),
    "intermediateThrowEvent": _element(literal=_ASYNC, number="jobPriority"),
    "boundaryEvent": _element(f"{_EVENT} attachedToRef cancelActivity", literal=_ASYNC, number="jobPriority"),
    "userTask": _element(
        _ACTIVITY,
        text="assignee candidateUsers candidateGroups dueDate followUpDate priority",
        literal=f"{_FORM} {_ASYNC}",
        number="jobPriority",
    ),
    "serviceTask": _element(_ACTIVITY, literal=f"topic {_ASYNC}", number="jobPriority taskPriority", EXTERNAL="type"),
    "sendTask": _element(
        f"{_ACTIVITY} messageRef", literal=f"topic {_ASYNC}", number="jobPriority taskPriority", EXTERNAL="type"
    ),
    "businessRuleTask": _element(
        _ACTIVITY, literal=f"topic {_DECISION} {_ASYNC}", number="jobPriority taskPriority", EXTERNAL="type"
    ),
    "receiveTask": _element(f"{_ACTIVITY} messageRef", literal=_ASYNC, number="jobPriority"),
    "manualTask": _element(_ACTIVITY, literal=_ASYNC, number="jobPriority"),
    "task": _element(_ACTIVITY, literal=_ASYNC, number="jobPriority"),
    "callActivity": _element(f"{_ACTIVITY} calledElement", literal=f"{_CALLED} {_ASYNC}", number="jobPriority"),
    "subProcess": _element(f"{_ACTIVITY} triggeredByEvent", literal=_ASYNC, number="jobPriority"),
    "transaction": _element(f"{_ACTIVITY} triggeredByEvent method", literal=_ASYNC, number="jobPriority"),
    "exclusiveGateway": _element("gatewayDirection default", literal=_ASYNC, number="jobPriority"),
    "inclusiveGateway": _element("gatewayDirection default", literal=_ASYNC, number="jobPriority"),
    "parallelGateway": _element("gatewayDirection", literal=_ASYNC, number="jobPriority"),
    "eventBasedGateway": _element("gatewayDirection eventGatewayType instantiate", literal=_ASYNC),
    "sequenceFlow": _element("sourceRef targetRef isImmediate"),
    "conditionExpression": _TYPED,
    "condition": _TYPED,
    "timerEventDefinition": _element(),
    "timeDate": _TYPED,
    "timeDuration": _TYPED,
    "timeCycle": _TYPED,
    "messageEventDefinition": _element("messageRef", literal="topic", number="taskPriority", EXTERNAL="type"),
    "signalEventDefinition": _element("signalRef", literal="async"),
    "errorEventDefinition": _element("errorRef", literal="errorCodeVariable errorMessageVariable"),
    "escalationEventDefinition": _element("escalationRef", literal="escalationCodeVariable"),
    "compensateEventDefinition": _element("activityRef waitForCompletion"),
    "conditionalEventDefinition": _element(literal="variableName variableEvents"),
    "terminateEventDefinition": _element(),
    "cancelEventDefinition": _element(),
    "linkEventDefinition": _element(),
    "source": _NONE,
    "target": _NONE,
    "message": _element("itemRef"),
    "signal": _element(),
    "error": _element("errorCode structureRef", literal="errorMessage"),
    "escalation": _element("escalationCode"),
    "multiInstanceLoopCharacteristics": _element(
        "isSequential behavior", text="collection", literal=f"elementVariable {_ASYNC}", number="jobPriority"
    ),
    "loopCardinality": _TYPED,
    "completionCondition": _TYPED,
    "incoming": _NONE,
    "outgoing": _NONE,
    "laneSet": _element(),
    "lane": _element(),
    "flowNodeRef": _NONE,
    "childLaneSet": _element(),
    "collaboration": _element("isClosed"),
    "participant": _element("processRef"),
    "messageFlow": _element("sourceRef targetRef"),
    "textAnnotation": _element("textFormat"),
    "text": _NONE,
    "association": _element("sourceRef targetRef associationDirection"),
    "group": _element("categoryValueRef"),
    "category": _element(),
    "categoryValue": _element("value"),
    "dataObject": _element("isCollection"),
    "dataObjectReference": _element("dataObjectRef"),
    "dataStoreReference": _element("dataStoreRef"),
    "property": _element(),
    "dataInputAssociation": _element(),
    "dataOutputAssociation": _element(),
    "sourceRef": _NONE,
    "targetRef": _NONE,
}

_EXTENSIONS: Mapping[str, Mapping[Name, Value]] = {
    "properties": _NONE,
    "property": _attributes("", LITERAL="id name value"),
    "inputOutput": _NONE,
    "inputParameter": _attributes("", LITERAL="name"),
    "outputParameter": _attributes("", LITERAL="name"),
    "list": _NONE,
    "map": _NONE,
    "entry": _attributes("", LITERAL="key"),
    "value": _attributes("", LITERAL="id name"),
    "in": _attributes("", LITERAL="source target variables local businessKey", TEXT="sourceExpression"),
    "out": _attributes("", LITERAL="source target variables local", TEXT="sourceExpression"),
    "formData": _attributes("", LITERAL="businessKey"),
    "formField": _attributes("", LITERAL="id type datePattern", TEXT="label defaultValue"),
    "validation": _NONE,
    "constraint": _attributes("", NOT_VALIDATOR="name", LITERAL="config"),
    "errorEventDefinition": _attributes("", LITERAL="id errorRef", TEXT="expression"),
    "failedJobRetryTimeCycle": _NONE,
}

ELEMENTS: Mapping[Name, Mapping[Name, Value]] = {
    **{(BPMN, name): {**attributes, **_TEMPLATE} for name, attributes in _MODEL.items()},
    **{(CAMUNDA, name): attributes for name, attributes in _EXTENSIONS.items()},
}
"""The attributes of every element that there may be."""

LITERAL_TEXTS = frozenset({(CAMUNDA, "failedJobRetryTimeCycle"), (BPMN, "incoming"), (BPMN, "outgoing")})
"""Elements whose text may hold no expression."""

MODELER = "http://camunda.org/schema/modeler/1.0"
"""What Camunda Modeler notes for itself; the engine does not read it."""

DRAWING = frozenset(
    {
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/DD/20100524/DI",
    }
)
"""Where and how large everything is drawn."""

COLOURS = frozenset({"http://bpmn.io/schema/bpmn/biocolor/1.0", "http://www.omg.org/spec/BPMN/non-normative/color/1.0"})

_LISTENER = ("слушатель выполнял бы код в движке", "a listener would run code in the engine")
OFTEN_TRIED: Mapping[str, tuple[str, str]] = {
    "scriptTask": (
        "задача-сценарий выполняла бы код в движке; поручите это интеграционной функции",
        "a script task would run code in the engine; let an integration function do it",
    ),
    "script": (
        "программный код выполнялся бы в движке; поручите это интеграционной функции",
        "a script would run code in the engine; let an integration function do it",
    ),
    "executionListener": _LISTENER,
    "taskListener": _LISTENER,
    "connector": (
        "коннектор обращался бы наружу из движка; возьмите интеграционную функцию",
        "a connector would call out from the engine; use an integration function",
    ),
    "field": (
        "внедряемое поле принадлежит коду, которому нельзя выполняться в движке",
        "an injected field belongs to code that may not run in the engine",
    ),
    "adHocSubProcess": (
        "ad-hoc подпроцесс движок выполнить не может",
        "the engine can't execute an ad-hoc sub-process",
    ),
    "complexGateway": ("сложный шлюз движок выполнить не может", "the engine can't execute a complex gateway"),
}
"""What to say, in Russian and in English, about elements that people try most often, by local name."""
