"""What the fake engine plays for each of ``processes/``."""

from collections.abc import Callable

from tests.fakes.scenario import Ask, AskTogether, CallFunction, CallScript, End, Scenario

_FORM = {"type": "default", "schemaVersion": 17}


def _asking(key: str) -> list[Scenario]:
    form = _FORM | {
        "id": f"{key}_ask",
        "components": [{"type": "textfield", "key": "account", "label": "Лицевой счёт"}],
    }
    return [Scenario(key, (Ask("ask", "Спросить лицевой счёт", "Назовите номер", form), End()))]


def _calling(key: str) -> list[Scenario]:
    refused = (Ask("refused", "Refused"), End("refused_end"))
    call = CallFunction(key, priority=7, properties={"revision": "3"}, catches={"REFUSED": refused})
    return [Scenario(key, (call, Ask("tell", "Tell"), End()))]


def _gathering(key: str) -> list[Scenario]:
    return [Scenario(key, (AskTogether((Ask("first", "First"), Ask("second", "Second"))), End()))]


def _nesting(key: str) -> list[Scenario]:
    nested = f"{key}_nested"
    return [
        Scenario(key, (CallScript(nested), End())),
        Scenario(nested, (Ask("nested_ask", "Nested"), End("nested_end"))),
    ]


SCENARIOS: dict[str, Callable[[str], list[Scenario]]] = {
    "asking": _asking,
    "calling": _calling,
    "gathering": _gathering,
    "nesting": _nesting,
}
