"""From a system's answer to the variables of a script, or to a business error."""

from collections.abc import Mapping

from pydantic import JsonValue

from feel import Evaluator, FeelError
from functions.calls.protocol import Answer
from functions.declaration import Function, Output
from functions.errors import BusinessError, Permanent, Transient
from functions.outcome import Outputs
from functions.values import typed

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class AnswerMapping:
    """The ``errors`` and ``outputs`` of one function, read once.

    Expressions see ``response``, ``status`` and ``inputs``.
    """

    def __init__(self, function: Function, evaluator: Evaluator) -> None:
        """Read the expressions.

        Raises:
            FeelError: one can't be read.
        """
        self._function = function
        texts = {f"output {name}": output.value for name, output in function.outputs.items()}
        for index, rule in enumerate(function.errors):
            texts[f"error {index}"] = rule.when
            texts |= {f"error {index} {name}": expression for name, expression in rule.outputs.items()}
        self._expressions = evaluator.prepare(texts)

    async def outputs(self, answer: Answer, inputs: Mapping[str, JsonValue]) -> Outputs:
        """Map an answer.

        Raises:
            BusinessError: a rule of ``errors`` is true.
            Transient: the system answered with a status that may pass.
            Permanent: it answered with another error, unreadably, or with the wrong types.
        """
        context = {"response": answer.response, "status": answer.status, "inputs": dict(inputs)}
        try:
            values = await self._expressions.evaluate(context)
        except FeelError as error:
            raise Permanent("outputs", str(error)) from error
        for index, rule in enumerate(self._function.errors):
            if values[f"error {index}"] is True:
                raise BusinessError(rule.bpmn_error, {name: values[f"error {index} {name}"] for name in rule.outputs})
        self._refuse_errors(answer)
        return {name: self._typed(name, output, values) for name, output in self._function.outputs.items()}

    def _refuse_errors(self, answer: Answer) -> None:
        system, status = self._function.whom, answer.status
        if status is not None and not 200 <= status < 300:
            error: type[Transient | Permanent] = Transient if status in _PASSING else Permanent
            raise error(str(status), f"{system} answered {status}{_redirect(status)}")
        if answer.refused is not None:
            raise Permanent("refused", f"{system} {answer.refused}")
        if answer.unreadable is not None:
            raise Permanent("unreadable", f"{system} answered with a body that is {answer.unreadable}")

    def _typed(self, name: str, output: Output, values: Mapping[str, JsonValue]) -> JsonValue:
        value = values[f"output {name}"]
        if value is None and not output.required:
            return None
        try:
            return typed(f"output {name}", value, output.type)
        except ValueError as error:
            whose = f"in the answer of {self._function.whom}"
            raise Permanent("outputs", f"{error} {whose}") from None


def _redirect(status: int) -> str:
    return ": a redirect, and a function never leaves its system's address" if 300 <= status < 400 else ""
