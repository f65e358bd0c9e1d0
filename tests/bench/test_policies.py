"""Declarations with the policies off, and what the judge reads in them; held against the product's own reading."""

from datetime import timedelta
from pathlib import Path

import pytest

from bench.replay.policies import SHIPPED, Promise, longest_use, promises, write_without
from feel import Evaluator
from functions.catalogue import Catalogue, load, sources_in
from functions.declaration import Function

DECLARED_FOR_WORKERS = Path(__file__).parents[2] / "bench" / "workers" / "declared"


def catalogue(folder: Path) -> Catalogue:
    with Evaluator() as evaluator:
        return load(sources_in(folder), evaluator).sound()


def recorded_as(function: Function) -> tuple[str, str | None]:
    """How the systems' records name the function's calls."""
    if function.call.soap is not None:
        return "POST", f"/soap#{function.call.soap.operation}"
    return ("", None) if function.call.http is None else (function.call.http.method, function.call.http.path)


def test_promises_are_what_the_product_reads() -> None:
    shipped = catalogue(SHIPPED).functions
    read = {promise.function: promise for promise in promises()}
    assert read.keys() == shipped.keys()
    for name, function in shipped.items():
        assert (read[name].method, read[name].path) == recorded_as(function)
        assert read[name].fresh == (function.cache.ttl if function.cache else None)
        assert read[name].stale == (function.fallback.stale if function.fallback else None)
        assert read[name].invalidates == frozenset(function.invalidates)
        assert read[name].is_read == (function.effect == "read")


def test_outputs_with_plain_paths_are_known() -> None:
    [balance] = [promise for promise in promises() if promise.function == "billing.get_balance"]
    assert balance.outputs["debt_text"] == ("debt", "text")


def test_off_leaves_out_every_policy_but_the_deadline(tmp_path: Path) -> None:
    on, off = catalogue(SHIPPED), catalogue(write_without(tmp_path / "off"))
    assert off.functions.keys() == on.functions.keys()
    for name, function in off.functions.items():
        assert function.contract == on.functions[name].contract
        assert function.deadline == on.functions[name].deadline
        assert function.cache is None
        assert function.fallback is None
        assert function.invalidates == ()
        assert not function.prefetch
        assert function.retry.attempts == 1
    assert all(system.breaker is None for system in off.systems.values())


def test_workers_are_measured_with_every_policy_of_a_read_function() -> None:
    declared = catalogue(DECLARED_FOR_WORKERS)
    [function] = declared.functions.values()
    [system] = declared.systems.values()
    assert function.cache is not None
    assert function.fallback is not None
    assert function.retry.attempts > 1
    assert system.breaker is not None


@pytest.mark.parametrize(
    ("times", "longest"),
    [
        ([], 0),
        ([(60, None)], 60),
        ([(60, 3600)], 60),
        ([(60, 1800), (300, None)], 1800),
    ],
)
def test_longest_use(times: list[tuple[int | None, int | None]], longest: int) -> None:
    def seconds(number: int | None) -> timedelta | None:
        return None if number is None else timedelta(seconds=number)

    known = [Promise("f", "GET", "/", True, {}, seconds(fresh), seconds(stale), frozenset()) for fresh, stale in times]
    assert longest_use(known, timedelta(hours=1)) == timedelta(seconds=longest)
