"""The ways of calling a system, one module each behind functions.calls.protocol."""

from collections.abc import Mapping

from feel import Evaluator
from functions.calls.http import HttpCalls
from functions.calls.protocol import CallProtocol


def call_protocols(evaluator: Evaluator) -> Mapping[str, CallProtocol]:
    """Every way of calling, by its name in declarations."""
    return {"http": HttpCalls(evaluator)}
