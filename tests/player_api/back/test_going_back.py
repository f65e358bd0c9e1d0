"""Going back on a real engine: where a session then stands, what still counts, what its variables are."""

import asyncio
from uuid import uuid4

import pytest

from tests.player_api.api import problem
from tests.player_api.back.drawing import ask, called, forms, gateway, mapping, process, within
from tests.player_api.back.walker import Walker, been, keys

LINE = {
    "script.bpmn": process(
        "SCRIPT",
        ask("a") + ask("b", mapping(in_b_local="${a}", out_outcome="b was here", out_bad="${c}")) + ask("c"),
        "start>a>b>c>end",
    ),
    **forms("a", "b", "c"),
}
STRAIGHT = {"script.bpmn": process("SCRIPT", ask("a") + ask("b") + ask("c"), "start>a>b>c>end"), **forms("a", "b", "c")}


async def test_back_to_the_step_before(walker: Walker) -> None:
    session = await walker.through(await walker.publish(STRAIGHT), "a", "b", given=1)
    assert "back" in session["actions"]
    back = await walker.gone_back(session)
    assert (keys(back), been(back)) == (["b"], ["a"])
    assert back["step"]["input"]["answers"] == {"b": "b"}
    assert await walker.variables(back) == {"given": 1, "a": "a"}
    assert back["progress"] == {"visited": 1, "ahead": 1}
    again = await walker.answer(back, "b", "other")
    assert (keys(again), been(again), again["step"]["input"]) == (["c"], ["a", "b"], None)
    assert (await walker.answer(again, "c"))["state"] == "ended"
    history = (await walker.api.get(f"/sessions/{session['id']}/history")).json()
    told = [event["type"] for event in history if event["type"].startswith("back")]
    assert told == ["back_begun", "back_done"]


async def test_back_to_the_first_step_clears_everything_and_proposes_it_again(walker: Walker) -> None:
    session = await walker.through(await walker.publish(STRAIGHT), "a", "b", given=1)
    back = await walker.gone_back(session, "a")
    assert (keys(back), been(back), "back" in back["actions"]) == (["a"], [], False)
    assert await walker.variables(back) == {"given": 1}
    second = await walker.answer(back, "a", "x")
    assert (keys(second), second["step"]["input"]["answers"]) == (["b"], {"b": "b"})


async def test_parameters_of_what_is_left_are_not_evaluated(walker: Walker) -> None:
    """The engine would evaluate the outputs of a task that is cancelled, which can't be done halfway."""
    session = await walker.through(await walker.publish(LINE), "a")
    back = await walker.gone_back(session)
    assert keys(back) == ["a"]
    assert await walker.variables(back) == {}


async def test_a_stale_answer_steers_no_gateway(walker: Walker) -> None:
    inner = ask("a") + gateway("g", default="g_c") + ask("b") + ask("c") + gateway("m") + gateway("h", default="h_d")
    inner += ask("d") + ask("e")
    ways = [
        "start>a>g",
        "g>b?${a == 'b'}",
        "g>c>m",
        "b>m",
        "m>h",
        "h>d>end",
        "h>e?${b == 'b'}",
        "e>end",
    ]
    script = await walker.publish({"script.bpmn": process("SCRIPT", inner, *ways), **forms("a", "b", "c", "d", "e")})
    session = await walker.answer(await walker.answer(await walker.start(script, b="not yet"), "a", "b"), "b")
    assert keys(session) == ["e"]
    back = await walker.gone_back(session, "a")
    other = await walker.answer(await walker.answer(back, "a", "no"), "c")
    assert keys(other) == ["d"]


CALLING = process("SCRIPT", ask("a") + called("k", "SCRIPT_inner") + ask("z"), "start>a>k>z>end")
INNER = process("SCRIPT_inner", ask("c1") + ask("c2"), "start>c1>c2>end")
NESTED = {"script.bpmn": CALLING, "inner.bpmn": INNER, **forms("a", "c1", "c2", "z")}


@pytest.mark.parametrize(
    ("walked", "to", "still", "variables"),
    [
        (["a", "c1"], "a", [], {}),
        (["a", "c1"], "c1", ["a"], {"a": "a"}),
        (["a", "c1", "c2"], "c2", ["a", "c1"], {"a": "a", "c1": "c1"}),
        (["a", "c1", "c2"], "c1", ["a"], {"a": "a"}),
        (["a", "c1", "c2"], "a", [], {}),
    ],
)
async def test_in_out_of_and_into_called_scripts(
    walker: Walker, walked: list[str], to: str, still: list[str], variables: dict[str, str]
) -> None:
    session = await walker.through(await walker.publish(NESTED), *walked)
    back = await walker.gone_back(session, to)
    assert (keys(back), been(back)) == ([to], still)
    assert await walker.variables(back) == variables
    rest = ["a", "c1", "c2", "z"]
    for key in rest[rest.index(to) :]:
        assert keys(back) == [key]
        back = await walker.answer(back, key)
    assert back["state"] == "ended"


async def test_what_a_called_script_gave_is_taken_back(walker: Walker) -> None:
    session = await walker.through(await walker.publish(NESTED), "a", "c1", "c2")
    assert (await walker.variables(session))["c1"] == "c1"
    await walker.gone_back(session, "c2")
    [root, *_] = await walker.engine.processes.find(session["id"])
    assert "c1" not in await walker.engine.processes.variables(root.id)


async def test_within_an_embedded_sub_process_and_back_into_it(walker: Walker) -> None:
    inner = '<startEvent id="si"/><endEvent id="se"/>' + ask("s1") + ask("s2")
    files = process("SCRIPT", ask("a") + within("s", inner, "si>s1>s2>se") + ask("z"), "start>a>s>z>end")
    script = await walker.publish({"script.bpmn": files, **forms("a", "s1", "s2", "z")})
    session = await walker.through(script, "a", "s1")
    back = await walker.gone_back(session, "s1")
    assert (keys(back), been(back)) == (["s1"], ["a"])
    end = await walker.answer(await walker.answer(back, "s1"), "s2")
    assert keys(end) == ["z"]
    again = await walker.gone_back(end, "s2")
    assert (keys(again), been(again)) == (["s2"], ["a", "s1"])
    assert (await walker.answer(await walker.answer(again, "s2"), "z"))["state"] == "ended"


FORKED = {
    "script.bpmn": process(
        "SCRIPT",
        ask("p")
        + gateway("fork", "parallel")
        + ask("a1")
        + ask("a2")
        + ask("b1")
        + gateway("join", "parallel")
        + ask("z"),
        "start>p>fork>a1>a2>join>z>end",
        "fork>b1>join",
    ),
    **forms("p", "a1", "a2", "b1", "z"),
}


async def test_before_a_fork_all_branches_are_given_up_and_the_caller_is_told_first(walker: Walker) -> None:
    session = await walker.through(await walker.publish(FORKED), "p", "a1")
    refused = await walker.back(session, "p")
    assert (refused.status_code, problem(refused)) == (409, "back-needs-confirmation")
    assert sorted(refused.json()["branches"]) == ["A2", "B1"]
    assert keys(await walker.read(session)) == ["a2", "b1"]
    back = await walker.gone_back(session, "p", confirm=True)
    assert (keys(back), been(back)) == (["p"], [])
    assert keys(await walker.answer(back, "p")) == ["a1", "b1"]


async def test_within_a_branch_the_other_one_stays(walker: Walker) -> None:
    session = await walker.through(await walker.publish(FORKED), "p", "a1", "b1")
    back = await walker.gone_back(session, "a1")
    assert (keys(back), been(back)) == (["a1"], ["p", "b1"])
    assert await walker.variables(back) == {"p": "p", "b1": "b1"}
    end = await walker.answer(await walker.answer(back, "a1"), "a2")
    assert keys(end) == ["z"]


async def test_into_a_branch_that_was_joined_the_other_one_counts_as_done(walker: Walker) -> None:
    session = await walker.through(await walker.publish(FORKED), "p", "b1", "a1", "a2")
    assert keys(session) == ["z"]
    back = await walker.gone_back(session, "a1")
    assert (keys(back), been(back)) == (["a1"], ["p", "b1"])
    again = await walker.gone_back(await walker.answer(await walker.answer(back, "a1"), "a2"), "a2")
    assert keys(again) == ["a2"]
    end = await walker.answer(again, "a2")
    assert keys(end) == ["z"]
    assert (await walker.answer(end, "z"))["state"] == "ended"


async def test_round_a_loop_the_latest_time_is_gone_back_to(walker: Walker) -> None:
    ways = ["start>a>g", "g>a?${a == 'again'}", "g>b>end"]
    inner = ask("a") + gateway("g", default="g_b") + ask("b")
    script = await walker.publish({"script.bpmn": process("SCRIPT", inner, *ways), **forms("a", "b")})
    session = await walker.answer(await walker.answer(await walker.start(script), "a", "again"), "a", "on")
    assert been(session) == ["a", "a"]
    back = await walker.gone_back(session)
    assert (keys(back), been(back), back["step"]["input"]["answers"]) == (["a"], ["a"], {"a": "on"})
    first = await walker.gone_back(await walker.answer(back, "a", "on"), back["step"]["visited"][0]["step"])
    assert (keys(first), been(first)) == (["a"], [])
    assert await walker.variables(first) == {}


async def test_inside_something_repeated_it_is_refused_with_a_reason(walker: Walker) -> None:
    characteristics = "multiInstanceLoopCharacteristics"
    loop = f'<{characteristics} isSequential="true"><loopCardinality>2</loopCardinality></{characteristics}>'
    inner = ask("a") + ask("m", loop) + ask("z")
    script = await walker.publish({"script.bpmn": process("SCRIPT", inner, "start>a>m>z>end"), **forms("a", "m", "z")})
    session = await walker.through(script, "a", "m")
    assert "back" not in session["actions"]
    assert not any(one["back"]["allowed"] for one in session["step"]["visited"])
    for to in ("a", "m"):
        refused = await walker.back(session, to)
        assert (refused.status_code, problem(refused)) == (409, "back-blocked")
        assert "several things" in refused.json()["detail"]
    after = await walker.answer(session, "m")
    assert [one["back"]["allowed"] for one in after["step"]["visited"]] == [True, False, False]
    assert keys(await walker.gone_back(after, "a")) == ["a"]


@pytest.mark.parametrize("to", ["nothing", None])
async def test_where_nothing_was_answered_there_is_no_way_back(walker: Walker, to: str | None) -> None:
    session = await walker.start(await walker.publish(STRAIGHT))
    refused = await walker.back(session, to)
    assert (refused.status_code, problem(refused)) == (409, "back-blocked")
    assert refused.json()["detail"]
    assert (await walker.read(session))["step"] == session["step"]


async def test_an_ended_session_does_not_go_back(walker: Walker) -> None:
    session = await walker.through(await walker.publish(STRAIGHT), "a", "b", "c")
    refused = await walker.back(session)
    assert (refused.status_code, problem(refused)) == (410, "session-ended")


async def test_the_same_request_twice_goes_back_once(walker: Walker) -> None:
    session = await walker.through(await walker.publish(STRAIGHT), "a", "b")
    key = uuid4().hex
    first = await walker.gone_back(session, key=key)
    assert await walker.gone_back(session, key=key) == first
    assert keys(first) == ["b"]


async def test_of_two_at_once_one_goes_back(walker: Walker) -> None:
    session = await walker.through(await walker.publish(STRAIGHT), "a", "b")
    answers = await asyncio.gather(walker.back(session, "a"), walker.back(session, "b"))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses in ([200, 409], [200, 200])
    now = await walker.read(session)
    assert keys(now) in (["a"], ["b"])
    assert len(await walker.engine.user_tasks.waiting(session["id"])) == 1


async def test_a_back_and_an_answer_at_once_leave_one_step_and_one_truth(walker: Walker) -> None:
    script = await walker.publish(STRAIGHT)
    for _ in range(3):
        session = await walker.through(script, "a")
        answering = walker.api.post(
            f"/sessions/{session['id']}/submit",
            json={"step": session["step"]["id"], "answers": {"b": "b"}},
            headers={"Idempotency-Key": uuid4().hex},
        )
        answered, back = await asyncio.gather(answering, walker.back(session, "a"))
        assert back.status_code == 200, back.text
        assert answered.status_code in {200, 202, 409}, answered.text
        now = await walker.read(session, wait=5)
        assert (keys(now), been(now)) == (["a"], [])
        assert await walker.variables(now) == {}
