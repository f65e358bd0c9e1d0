"""Asking the person at the terminal for answers, or for a way back."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.prompt import Prompt

BACK = "<"
"""What takes a session back: alone to the last step, with a step's key behind it to that one."""

Json = dict[str, Any]


class WantsBack(Exception):
    """The person at the terminal wants to go back, to the step with this key or to the last one."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


def prompt(console: Console, label: str, *, choices: Sequence[str] = (), **options: Any) -> str:
    """Ask for a line, again until it is one of the choices where there are some.

    Raises:
        WantsBack: that was answered.
    """
    if choices:
        label = f"{label} [bold magenta]\\[{'/'.join(choices)}][/bold magenta]"
    while True:
        text = str(Prompt.ask(label, console=console, **options)).strip()
        if text.startswith(BACK):
            raise WantsBack(text.removeprefix(BACK).strip())
        if not choices or text in choices:
            return text
        console.print("[prompt.invalid.choice]Please select one of the available options")


def ask(console: Console, component: Json, data: Mapping[str, Any]) -> Any:
    """Ask for the answer to a field of a form.

    Raises:
        WantsBack: that was answered.
    """
    label = str(component.get("label", component["key"]))
    default = data.get(component["key"], component.get("defaultValue"))
    if component["type"] == "checkbox":
        return prompt(console, label, choices=["y", "n"], default="y" if default else "n") == "y"
    if "values" in component or "valuesKey" in component:
        options = component.get("values") or data.get(component["valuesKey"]) or []
        return _choose(console, label, options, several=component["type"] in {"checklist", "taglist"})
    shown = "" if default is None else str(default)
    text = prompt(console, label, default=shown, show_default=bool(shown))
    if component["type"] == "number" and re.fullmatch(r"-?\d+([.,]\d+)?", text):
        return float(text.replace(",", ".")) if re.search("[.,]", text) else int(text)
    return text or None


def _choose(console: Console, label: str, options: list[Json], *, several: bool) -> Any:
    for number, option in enumerate(options, 1):
        console.print(f"  [bold]{number}[/bold] {option['label']}")
    if several:
        chosen = re.findall(r"\d+", prompt(console, f"{label} (numbers)", default=""))
        return [options[int(number) - 1]["value"] for number in chosen if 0 < int(number) <= len(options)]
    numbers = [str(number) for number in range(1, len(options) + 1)]
    return options[int(prompt(console, label, choices=numbers)) - 1]["value"]
