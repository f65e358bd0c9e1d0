"""Declarations for tests, written as methodologists write them, with some fields replaced."""

import asyncio
import random
from typing import Any

import yaml

from feel import Evaluator
from functions.catalogue import Catalogue, Loaded, load
from functions.composition import Shared
from functions.context import Context
from functions.declaration import Function
from functions.reading import Source
from functions.replacements import NONE, Replacements
from functions.runner import RunnableFunction, Runner
from functions.surroundings import Surroundings
from functions.systems import Environment

FUNCTION = """
name: billing.get_balance
title: {ru: Баланс, en: Balance}
system: billing
effect: read
inputs:
  - {name: account, type: string, required: true, pattern: "^[0-9]{10}$", pii: true}
call:
  http: {method: GET, path: "/accounts/{account}/balance"}
outputs: {balance: response.balance.amount}
errors:
  - {when: status = 404, bpmn_error: ACCOUNT_NOT_FOUND}
deadline: 2s
"""
SYSTEM = """
name: billing
title: {ru: Биллинг, en: Billing}
"""
CONTEXT = Context(session_id="s-1", activity_id="get_balance", task_id="t-1", correlation_id="c-1")
ACCOUNT = "1234567890"


def source(text: str = FUNCTION, **fields: Any) -> Source:
    """The YAML of a function with fields replaced; None takes one away."""
    document = {**yaml.safe_load(text), **fields}
    document = {name: value for name, value in document.items() if value is not None}
    name = document["name"]
    folder = "" if "." in name else "systems/"
    return Source(f"{folder}{name}.yaml", yaml.safe_dump(document, allow_unicode=True, sort_keys=False))


def loaded(*sources: Source) -> Loaded:
    return load([Source("systems/billing.yaml", SYSTEM), *sources], Evaluator())


def declared(**fields: Any) -> Function:
    (function,) = loaded(source(**fields)).sound().functions.values()
    return function


class Pauses:
    """Instead of sleeping: notes how long it would have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


def runner(catalogue: Catalogue, url: str, pauses: Pauses | None = None, replacements: Replacements = NONE) -> Runner:
    environment = Environment({"SCRIPT_MANAGER_SYSTEM_BILLING_URL": url, "BILLING_PASSWORD": "s3cret", "USER": "bob"})
    surroundings = Surroundings(sleep=pauses or Pauses(), chance=random.Random(1))  # noqa: S311 - jitter
    return Runner(catalogue, environment, Evaluator(), surroundings, Shared(), replacements)


def runnable(runner: Runner) -> RunnableFunction:
    (function,) = runner.functions.values()
    return function
