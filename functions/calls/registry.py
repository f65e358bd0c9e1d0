"""Every way of calling a system, by its name in declarations."""

from collections.abc import Mapping

from feel import Evaluator
from functions.calls.http import HttpCalls
from functions.calls.kafka import KafkaCalls, make_producer
from functions.calls.protocol import CallProtocol
from functions.calls.python import PythonCalls, installed_plugins
from functions.calls.soap import SoapCalls
from functions.calls.sql import SqlCalls


def call_protocols(evaluator: Evaluator) -> Mapping[str, CallProtocol]:
    """New protocols with no connection open yet. A group is none: it calls functions, not a system."""
    return {
        "http": HttpCalls(evaluator),
        "soap": SoapCalls(evaluator),
        "sql": SqlCalls(),
        "kafka": KafkaCalls(evaluator, make_producer),
        "python": PythonCalls(installed_plugins()),
    }
