"""A script walked in the terminal, through the same API as a player or a bot."""

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.prompt import Confirm

from stack import running
from stack.failures import StackError
from stack.folder import ROOT, DataFolder
from stack.prompts import BACK, WantsBack, ask, prompt

_PATIENCE = 20
_NEWS_TAKES = 1.0
"""Seconds after which the journal surely holds a call of a function: workers write them in batches."""
_ENDED = frozenset({"ended", "cancelled", "abandoned"})

Json = dict[str, Any]


def walk(
    script: Annotated[str, typer.Argument(help="Key of the script, such as promised_payment")],
    answers: Annotated[
        Path | None,
        typer.Option(
            help='JSON of step → answers; a list where a step comes again; {"<": STEP} goes back', exists=True
        ),
    ] = None,
    session: Annotated[str | None, typer.Option(help="Go on with this session instead of starting one")] = None,
    data: Annotated[Path, typer.Option(help="Data folder of the stack")] = ROOT / "var" / "up",
) -> None:
    """Walk a script in the terminal as an operator would, and show what the workers called.

    Where something is asked, ``<`` goes back to the step before, ``< STEP`` to the one with that key.
    """
    stack = running.find(DataFolder(data))
    console = Console(highlight=False)
    given = GivenAnswers(json.loads(answers.read_text(encoding="utf-8"))) if answers else None
    with _client(stack) as api:
        walking = Walk(api, console, given)
        try:
            walking.run(script, session)
        except httpx.HTTPError as error:
            raise StackError(f"The script API can't be reached: {type(error).__name__}.") from error
        except (KeyboardInterrupt, EOFError):
            console.print(f"\nThe session stays open; go on with --session {walking.session_id}")
            raise typer.Exit(130) from None


@contextmanager
def _client(stack: running.Running) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {stack.credentials.api_keys.operator}"}
    with httpx.Client(base_url=f"{stack.urls['facade']}/api/v1", headers=headers, timeout=_PATIENCE + 20) as client:
        yield client


class GivenAnswers:
    """Answers from a file, in the order in which their steps are visited."""

    def __init__(self, by_step: Mapping[str, Json | list[Json]]) -> None:
        self._by_step = {step: list(given) if isinstance(given, list) else [given] for step, given in by_step.items()}

    def take(self, step: str) -> Json:
        """Return the next answers to a step.

        Raises:
            StackError: the file has none, or no more.
        """
        left = self._by_step.get(step)
        if not left:
            raise StackError(f"The answers have nothing (more) for the step {step}.")
        return left.pop(0)


class Walk:
    """One walk through one session.

    Args:
        api: the facade, with an operator's key.
        console: where it is shown.
        given: answers that are used instead of asking.
    """

    def __init__(self, api: httpx.Client, console: Console, given: GivenAnswers | None) -> None:
        self._api = api
        self._console = console
        self._given = given
        self._told = 0
        self.session_id: str | None = None

    def run(self, script: str, session: str | None) -> None:
        """Walk from the start, or from where ``session`` stands, to the end.

        Raises:
            StackError: the API refused something that can't be asked again.
        """
        if session:
            view = self._request("GET", f"/sessions/{session}")
        else:
            key = {"Idempotency-Key": str(uuid.uuid4())}
            view = self._request("POST", "/sessions", json={"script": script, "channel": "crm"}, headers=key)
        self.session_id = view["id"]
        self._console.print(f"[dim]session {view['id']}, {view['script']} release {view['release']}[/dim]")
        while view["state"] not in _ENDED:
            view = self._next(view)
        time.sleep(_NEWS_TAKES)
        self._tell_functions()
        self._console.print(f"\n[bold]{view['state']}[/bold]: {json.dumps(view['result'], ensure_ascii=False)}")

    def _next(self, view: Json) -> Json:
        match view["state"]:
            case "active":
                return self._step(view)
            case "failed":
                return self._failed(view)
            case _:
                return self._working(view)

    def _step(self, view: Json) -> Json:
        step = view["step"]
        self._tell_functions()
        title = f"[bold]{step['name']}[/bold] [dim]{step['key']}{_place(view['progress'])}[/dim]"
        self._console.rule(title, align="left")
        if step["hint"]:
            self._console.print(f"[dim italic]{step['hint']}[/dim italic]")
        for text in step["said"]:
            self._console.print(Markdown(text))
        try:
            return self._answer(step)
        except WantsBack as wish:
            return self._back(view, wish.key)

    def _answer(self, step: Json) -> Json:
        answers = self._given.take(step["key"]) if self._given else self._ask(step, None)
        if BACK in answers:
            raise WantsBack(answers[BACK] or "")
        for field, answer in answers.items() if self._given else ():
            self._console.print(f"  [green]← {field}:[/green] {answer}")
        while True:
            errors, view = self._submit(step["id"], answers)
            if view is not None:
                return view
            for field, sentences in errors.items():
                self._console.print(f"[red]{field}: {' '.join(sentences)}[/red]")
            if self._given:
                raise StackError(f"The answers to {step['key']} are not valid.")
            answers = {**answers, **self._ask(step, set(errors))}

    def _ask(self, step: Json, only: set[str] | None) -> Json:
        asked = [component for component in step["form"]["components"] if "key" in component]
        if not asked and "back" in step["actions"]:
            prompt(self._console, f"Enter goes on, {BACK} goes back", default="")
        known = {**step["data"], **(step["input"] or {"answers": {}})["answers"]}
        return {
            component["key"]: ask(self._console, component, known)
            for component in asked
            if only is None or component["key"] in only
        }

    def _back(self, view: Json, key: str) -> Json:
        visited = {one["key"]: one["step"] for one in view["step"]["visited"]}
        if key and key not in visited:
            self._console.print(f"[red]{key} was not answered yet; there are: {', '.join(visited)}[/red]")
            return view
        body = {"to": visited[key]} if key else {}
        while True:
            headers = {"Idempotency-Key": str(uuid.uuid4())}
            response = self._api.post(f"/sessions/{self.session_id}/back", json=body, headers=headers)
            problem = response.json() if response.status_code == 409 else {"type": ""}
            if not problem["type"].endswith(("back-blocked", "back-needs-confirmation")):
                return dict(_checked(response))
            self._console.print(f"[red]{problem['detail']}[/red]")
            if self._given:
                raise StackError("The session did not go back; see above.")
            needs_confirmation = problem["type"].endswith("back-needs-confirmation")
            if not needs_confirmation or not Confirm.ask("Go back all the same?", console=self._console):
                return view
            body = {**body, "confirm": True}

    def _submit(self, step_id: str, answers: Json) -> tuple[Mapping[str, list[str]], Json | None]:
        body = {"step": step_id, "answers": answers}
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        path = f"/sessions/{self.session_id}/submit"
        response = self._api.post(path, json=body, headers=headers)
        if response.status_code == 422:
            return response.json()["errors"], None
        return {}, _checked(response)

    def _working(self, view: Json) -> Json:
        functions = ", ".join(task["function"] for task in view["waiting"]) or "the script"
        started = time.monotonic()
        with self._console.status(f"{functions} …"):
            now: Json = self._request("GET", f"/sessions/{self.session_id}", params={"wait": _PATIENCE})
        self._console.print(f"[dim]waited {time.monotonic() - started:.1f} s for {functions}[/dim]")
        return now

    def _failed(self, view: Json) -> Json:
        for task in view["waiting"]:
            self._console.print(f"[red]{task['error'] or task['function']}[/red]")
        if self._given:
            raise StackError("A function has failed; see above.")
        if Confirm.ask("Try again?", console=self._console, default=True):
            return dict(self._request("POST", f"/sessions/{self.session_id}/retry"))
        return dict(
            self._request("POST", f"/sessions/{self.session_id}/cancel", json={"reason": "cancelled in terminal"})
        )

    def _tell_functions(self) -> None:
        events = self._request("GET", f"/sessions/{self.session_id}/history")
        called = [event["data"] for event in events if event["type"] == "function_called"]
        for call in called[self._told :]:
            attempts = f", {call['attempts']} attempts" if call.get("attempts", 1) > 1 else ""
            took = f"{call['duration_ms']:.0f} ms"
            self._console.print(f"  [cyan]→ {call['function']}[/cyan] {call['outcome']}, {took}{attempts}")
        self._told = len(called)

    def _request(self, method: str, path: str, **request: Any) -> Any:
        return _checked(self._api.request(method, path, **request))


def _checked(response: httpx.Response) -> Any:
    if response.is_error:
        problem = response.json()
        raise StackError(": ".join(filter(None, (problem["title"], problem.get("detail")))) + ".")
    return response.json()


def _place(progress: Json | None) -> str:
    """How far the session has come, for the heading of a step."""
    if progress is None:
        return ""
    number = progress["visited"] + 1
    return f", step {number} of {number + progress['ahead']} at least" if progress["ahead"] else f", step {number}"
