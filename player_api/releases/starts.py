"""How a script starts: through the API, or with a message that the API takes.

Left in what is deployed, a message, timer or signal would start the newest deployment past the rollout, and a timer as
soon as it is there. So messages are kept with the release and taken out of what the engine gets, others are refused.
"""

from collections.abc import Iterator, Mapping

from lxml import etree

from player_api.releases.namespaces import bpmn
from player_api.releases.rules import Finding, Rule

_MESSAGE = bpmn("messageEventDefinition")
_REFUSED = {
    bpmn("timerEventDefinition"): ("таймер", "a timer"),
    bpmn("signalEventDefinition"): ("сигнал", "a signal"),
    bpmn("conditionalEventDefinition"): ("условие", "a condition"),
}


def start_findings(file: str, process: "etree._Element") -> Iterator[Finding]:
    """Say which start events of a process can't start it."""
    names: set[str] = set()
    for event in process.findall(bpmn("startEvent")):
        element = event.get("id")
        for definition, (ru, en) in _REFUSED.items():
            if event.find(definition) is not None:
                yield Rule.START_EVENT.at(
                    file,
                    element,
                    f"{ru} не может начать скрипт; могут вызов API и сообщение",
                    f"{en} can't start a script; the API or a message can",
                )
        if event.find(_MESSAGE) is None:
            continue
        name = _message(event)
        if not name:
            yield Rule.START_EVENT.at(file, element, "у его сообщения нет имени", "its message has no name")
        elif name in names:
            yield Rule.START_EVENT.at(
                file,
                element,
                f"сообщения {name!r} ждёт и другое начальное событие",
                f"another start event waits for the message {name!r} too",
            )
        names.add(name)


def message_starts(process: "etree._Element") -> Mapping[str, str | None]:
    """Return the messages that a process starts with, and at which element; None where it has no other start event."""
    events = process.findall(bpmn("startEvent"))
    waiting = [event for event in events if event.find(_MESSAGE) is not None]
    return {_message(event): event.get("id") if len(events) > 1 else None for event in waiting}


def take_out_messages(process: "etree._Element") -> None:
    """Let nothing but the API start a process: an event that waited for a message does so no longer.

    The one start event starts it. Of several, those are passed through like any event without a meaning: an instance is
    started in front of them.
    """
    events = process.findall(bpmn("startEvent"))
    for event in events:
        definition = event.find(_MESSAGE)
        if definition is None:
            continue
        event.remove(definition)
        if len(events) > 1:
            event.tag = bpmn("intermediateThrowEvent")


def _message(event: "etree._Element") -> str:
    definition = event.find(_MESSAGE)
    reference = "" if definition is None else definition.get("messageRef") or ""
    root = event.getroottree().getroot()
    messages = {message.get("id"): message.get("name") or "" for message in root.iter(bpmn("message"))}
    return messages.get(reference.rpartition(":")[2], "")
