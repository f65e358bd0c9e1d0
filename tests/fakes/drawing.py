"""A scenario of the fake engine as a drawing: its stages one after the other."""

from tests.fakes.scenario import Ask, AskTogether, CallFunction, CallScript, End, Scenario, Stage


def drawn(scenario: Scenario) -> str:
    """The BPMN file of a scenario; ways that begin with an error are left out."""
    nodes, flows, last = ['<startEvent id="start"/>'], [], "start"
    for number, stage in enumerate([*scenario.stages, *([] if _ends(scenario) else [End()])]):
        nodes.append(_node(stage, number))
        element = _id(stage, number)
        flows.append(f'<sequenceFlow id="flow{number}" sourceRef="{last}" targetRef="{element}"/>')
        last = element
    inner = "".join(nodes + flows)
    process = f'<process id="{scenario.key}" isExecutable="true">{inner}</process>'
    return (
        f'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">{process}</definitions>'
    )


def _ends(scenario: Scenario) -> bool:
    return bool(scenario.stages) and isinstance(scenario.stages[-1], End)


def _id(stage: Stage, number: int) -> str:
    match stage:
        case Ask(key):
            return key
        case AskTogether(tasks):
            return tasks[0].key
        case CallFunction(activity=activity):
            return activity
        case CallScript():
            return f"call{number}"
        case End(event):
            return event


def _node(stage: Stage, number: int) -> str:
    element = _id(stage, number)
    match stage:
        case Ask() | AskTogether():
            return f'<userTask id="{element}"/>'
        case CallFunction():
            return f'<serviceTask id="{element}"/>'
        case CallScript(key):
            return f'<callActivity id="{element}" calledElement="{key}"/>'
        case End():
            return f'<endEvent id="{element}"/>'
