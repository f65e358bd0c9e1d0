"""A script talked through in the terminal, as a customer of a bot or an IVR: the reference client of conversations."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import httpx
import typer
from rich.console import Console
from rich.prompt import Prompt

from stack import running
from stack.failures import StackError
from stack.folder import DEFAULT_DATA, DataFolder

_PATIENCE = 20
_SENT_AGAIN = 3
"""Times that a turn is sent again where its answer got lost."""
_OPEN = frozenset({"active", "working"})
_KEYS = re.compile(r"[0-9*#]+")

Json = dict[str, Any]
Channel = Literal["bot", "ivr"]


def chat(
    script: Annotated[str, typer.Argument(help="Key of the script, such as promised_payment")],
    channel: Annotated[Channel, typer.Option(help="Where the customer is; in an IVR digits are keys pressed")] = "bot",
    locale: Annotated[str, typer.Option(help="What is spoken: ru or en")] = "ru",
    answers: Annotated[
        Path | None, typer.Option(help="What the customer says, one reply a line; an empty one is silence", exists=True)
    ] = None,
    *,
    speech: Annotated[bool, typer.Option("--speech", help="Show what a voice would be given to say, too")] = False,
    data: Annotated[Path, typer.Option(help="Data folder of the stack")] = DEFAULT_DATA,
) -> None:
    """Talk with a script in the terminal as a customer of a bot would."""
    stack = running.find(DataFolder(data))
    given = iter(answers.read_text(encoding="utf-8").splitlines()) if answers else None
    headers = {"Authorization": f"Bearer {stack.credentials.api_keys.bot}"}
    address = f"{stack.urls['facade']}/api/v1"
    with httpx.Client(base_url=address, headers=headers, timeout=_PATIENCE + 20) as api:
        talk = Chat(api, Console(highlight=False, markup=False), channel=channel, speech=speech)
        try:
            talk.run(script, locale, given)
        except httpx.HTTPError as error:
            raise StackError(f"The script API can't be reached: {type(error).__name__}.") from error
        except (KeyboardInterrupt, EOFError):
            talk.tell("\nThe conversation stays open.")
            raise typer.Exit(130) from None


class Chat:
    """One conversation.

    Args:
        api: the facade, with a key.
        console: where it is shown.
        channel: bot or ivr.
        speech: whether the SSML is shown.
    """

    def __init__(self, api: httpx.Client, console: Console, *, channel: Channel, speech: bool) -> None:
        self._api = api
        self._console = console
        self._channel = channel
        self._speech = speech

    def run(self, script: str, locale: str, given: Iterator[str] | None) -> None:
        """Talk from the start to the end, or until a person takes over.

        Raises:
            StackError: the API refused something, or the given replies are not enough.
        """
        body = {"script": script, "channel": self._channel, "locale": locale}
        turn = self._request("POST", "/conversations", body)
        self._console.print(f"session {turn['session']}", style="dim")
        self._show(turn)
        while turn["state"] in _OPEN:
            turn = self._look(turn) if turn["state"] == "working" else self._reply(turn, given)
            self._show(turn)
        result = turn["result"]
        end = f": {result['end']}, {result['variables'].get('outcome', '')}" if result else ""
        self._console.print(f"\n{turn['state']}{end}", style="bold")

    def tell(self, text: str) -> None:
        """Show a sentence."""
        self._console.print(text)

    def _look(self, turn: Json) -> Json:
        return self._request("GET", f"/conversations/{turn['session']}")

    def _reply(self, turn: Json, given: Iterator[str] | None) -> Json:
        text = self._said(given)
        if not text.strip():
            reply: Json = {"silence": True}
        elif self._channel == "ivr" and _KEYS.fullmatch(text.strip()):
            reply = {"dtmf": text.strip()}
        else:
            reply = {"text": text}
        return self._request("POST", f"/conversations/{turn['session']}/turns", {**reply, "turn": turn["id"]})

    def _said(self, given: Iterator[str] | None) -> str:
        if given is None:
            return Prompt.ask("←", console=self._console, default="", show_default=False)
        text = next(given, None)
        if text is None:
            raise StackError("The replies ended before the conversation did.")
        self._console.print(f"← {text}", style="green")
        return text

    def _show(self, turn: Json) -> None:
        for line in turn["prompt"]["text"].splitlines():
            self._console.print(line)
        if self._speech:
            self._console.print(turn["prompt"]["speech"], style="dim")

    def _request(self, method: str, path: str, body: Json | None = None) -> Json:
        """Send a request; where its answer got lost, the same one again, which is carried out once."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        for left in reversed(range(_SENT_AGAIN)):
            try:
                response = self._api.request(method, path, json=body, headers=headers, params={"wait": _PATIENCE})
                break
            except httpx.TransportError:
                if not left:
                    raise
        if response.status_code == 409 and "turn" in response.json():
            return dict(response.json()["turn"])
        if response.is_error:
            problem = response.json()
            raise StackError(": ".join(filter(None, (problem["title"], problem.get("detail")))) + ".")
        return dict(response.json())
