import pytest
from lxml import etree

from player_api.releases.namespaces import BPMN, bpmn
from player_api.releases.starts import message_starts, start_findings, take_out_messages


def process(*events: str) -> "etree._Element":
    root = etree.fromstring(
        f"<definitions xmlns='{BPMN}'><message id='m' name='paid'/><message id='n' name='called'/><message id='none'/>"
        f"<process id='p'>{''.join(events)}<subProcess id='s'><startEvent id='inner'>"
        "<messageEventDefinition messageRef='m'/></startEvent></subProcess></process></definitions>"
    )
    found = root.find(bpmn("process"))
    assert found is not None
    return found


PLAIN = "<startEvent id='plain'/>"


def by(message: str, element: str = "by_message") -> str:
    return f"<startEvent id='{element}'><messageEventDefinition messageRef='{message}'/></startEvent>"


@pytest.mark.parametrize(
    ("events", "starts"),
    [
        ([PLAIN], {}),
        ([by("m")], {"paid": None}),
        ([PLAIN, by("m")], {"paid": "by_message"}),
        ([by("m", "a"), by("n", "b")], {"paid": "a", "called": "b"}),
    ],
)
def test_which_messages_start_it_and_where(events: list[str], starts: dict[str, str | None]) -> None:
    read = process(*events)
    assert message_starts(read) == starts
    assert list(start_findings("f", read)) == []
    take_out_messages(read)
    assert [event for event in read.findall(bpmn("startEvent")) if len(event)] == []
    left = {event.get("id") for event in read.findall(bpmn("intermediateThrowEvent"))}
    assert left == {element for element in starts.values() if element}
    # what is inside an event sub-process starts no script
    assert read.find(f"{bpmn('subProcess')}/{bpmn('startEvent')}/{bpmn('messageEventDefinition')}") is not None


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        (["<startEvent id='e'><timerEventDefinition/></startEvent>"], "a timer can't start a script"),
        (["<startEvent id='e'><signalEventDefinition/></startEvent>"], "a signal can't start a script"),
        (["<startEvent id='e'><conditionalEventDefinition/></startEvent>"], "a condition can't start a script"),
        ([by("none", "e")], "its message has no name"),
        ([by("gone", "e")], "its message has no name"),
        ([by("m", "a"), by("m", "e")], "another start event waits for the message 'paid' too"),
    ],
)
def test_what_can_not_start_it(events: list[str], sentence: str) -> None:
    [finding] = start_findings("f", process(*events))
    assert (finding.file, finding.element) == ("f", "e")
    assert finding.en.startswith(sentence)
