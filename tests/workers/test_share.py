"""Which work a worker takes."""

import pytest

from workers.loop import Share


@pytest.mark.parametrize(
    ("patterns", "function", "taken"),
    [
        (("*",), "billing.get_balance", True),
        (("billing.*",), "billing.get_balance", True),
        (("billing.*",), "crm.find", False),
        (("crm.find", "billing.*"), "crm.find", True),
        (("billing.get_balance",), "billing.get_balance_history", False),
        ((), "billing.get_balance", False),
    ],
)
def test_patterns_say_whose_tasks_are_taken(patterns: tuple[str, ...], function: str, taken: bool) -> None:
    assert Share(patterns).holds(function) is taken
