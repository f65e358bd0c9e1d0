"""What a release keeps of a function: its contract stays as the script's author knew it; its policies are of today."""

from collections.abc import Mapping
from typing import Self

from pydantic import ValidationError

from functions.consistency import confirm_contradictions, contradictions
from functions.declaration import Contract, Function, digest_of
from functions.fields import Declared, FunctionName

PROPERTY = "function"
"""The extension property (``camunda:property``) of a service task that holds the text of a pin."""


class Pin(Declared):
    """A function as a release knows it."""

    name: FunctionName
    digest: str
    """SHA-256 of the contract, and of its functions' where it is a group; for people and for comparing."""
    contract: Contract
    members: "tuple[Pin, ...]" = ()
    """The functions that a group calls."""

    @classmethod
    def of(cls, function: Function, functions: Mapping[str, Function]) -> Self:
        """Pin a function as it is declared among ``functions``."""
        group = function.call.group
        names = sorted(set(group.functions.values())) if group is not None else []
        members = tuple(cls.of(functions[name], functions) for name in names)
        contract = function.contract
        digest = digest_of([contract.digest, *(member.digest for member in members)]) if members else contract.digest
        return cls(name=function.name, digest=digest, contract=contract, members=members)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a pin's text.

        Raises:
            ValueError: it is none; the sentence says where the first mistake is.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise ValueError(f"{'.'.join(map(str, first['loc']))} {first['msg']}".strip()) from None

    def text(self) -> str:
        """Write it as one line of JSON; ``read`` reads it."""
        return self.model_dump_json(exclude_defaults=True)

    def on(self, live: Function, functions: Mapping[str, Function]) -> Function:
        """What is to run: this contract with the policies that are declared now.

        A policy of today that needs what the contract doesn't have is left out: a written fallback for an output that
        is new, or a ``confirm`` that doesn't give an output of then. So is the cache of a group whose functions are
        pinned to other contracts than today's, as its answers would not be told apart; an order never has one.

        Args:
            live: the declaration of the same name.
            functions: everything that is declared now.

        Raises:
            ValueError: this contract can't be run with today's policies.
        """
        if self.name != live.name:
            raise ValueError(f"it pins {self.name}")
        today = dict(self.contract)
        if self.contract.answer is not None or self.members != Pin.of(live, functions).members:
            today |= {"cache": None, "prefetch": False}
        function = live.model_copy(update=today)
        misfits = {at[0] for at, _ in contradictions(function)}
        confirm = functions.get(live.confirm or "")
        if confirm is not None:
            misfits |= {at[0] for at, _ in confirm_contradictions(function, confirm)}
        function = function.model_copy(update={field: None for field in ("fallback", "confirm") if field in misfits})
        for at, sentence in contradictions(function):
            raise ValueError(f"{'.'.join(map(str, at))}: {sentence}")
        return function
