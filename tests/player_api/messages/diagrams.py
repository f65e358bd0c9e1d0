"""Scripts that wait for messages."""

from collections.abc import Awaitable, Callable

from player_api.releases.namespaces import BPMN, CAMUNDA

PAID = "payment_received"


class Diagram:
    """Publishes scripts.

    Args:
        prefix: of their keys, and of the messages they wait for: others' scripts wait for other messages.
        publish: makes a release of a script.
    """

    def __init__(self, prefix: str, publish: Callable[[str, bytes], Awaitable[None]]) -> None:
        self.prefix = prefix
        self._publish = publish

    @property
    def message(self) -> str:
        """The message that they wait for."""
        return f"{self.prefix}_{PAID}"

    async def waiting(self) -> str:
        """A script that asks, waits for the message deep inside a called process, and thanks."""
        key = f"{self.prefix}_waiting"
        inner = f"{key}_inner"
        await self._publish(
            key,
            self._definitions(
                _process(
                    key,
                    "<startEvent id='start'/>",
                    _flow("start", "ask"),
                    "<userTask id='ask'/>",
                    _flow("ask", "call"),
                    f"<callActivity id='call' calledElement='{inner}' camunda:calledElementBinding='deployment'>"
                    "<extensionElements><camunda:in businessKey='#{execution.processBusinessKey}'/>"
                    "<camunda:out variables='all'/></extensionElements></callActivity>",
                    _flow("call", "thank"),
                    "<userTask id='thank'/>",
                    _flow("thank", "end"),
                    "<endEvent id='end'/>",
                ),
                _process(
                    inner,
                    "<startEvent id='inner_start'/>",
                    _flow("inner_start", "paid"),
                    _catch("intermediateCatchEvent", "paid"),
                    _flow("paid", "inner_end"),
                    "<endEvent id='inner_end'/>",
                ),
            ),
        )
        return key

    async def starting(self, name: str = "starting", *, also_without: bool = True) -> str:
        """A script that the message starts at one step and, where asked for, everybody at another."""
        key = f"{self.prefix}_{name}"
        without = (
            ["<startEvent id='start'/>", _flow("start", "greet"), "<userTask id='greet'/>"] if also_without else []
        )
        await self._publish(
            key,
            self._definitions(
                _process(key, *without, _catch("startEvent", "paid"), _flow("paid", "thank"), "<userTask id='thank'/>")
            ),
        )
        return key

    def _definitions(self, *processes: str) -> bytes:
        head = f"<definitions xmlns='{BPMN}' xmlns:camunda='{CAMUNDA}' targetNamespace='x'>"
        return f"{head}<message id='m' name='{self.message}'/>{''.join(processes)}</definitions>".encode()


def _process(key: str, *content: str) -> str:
    return f"<process id='{key}' isExecutable='true'>{''.join(content)}</process>"


def _flow(source: str, target: str) -> str:
    return f"<sequenceFlow id='{source}_{target}' sourceRef='{source}' targetRef='{target}'/>"


def _catch(tag: str, element: str) -> str:
    return f"<{tag} id='{element}'><messageEventDefinition id='{element}_m' messageRef='m'/></{tag}>"
