"""Asking what a change reaches, and letting running releases have one that they can't tell apart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from functions.declaration import Function
from functions.pins import Pin
from functions.replacements import same_for_scripts
from player_api.functions.desk import DeclarationDesk
from player_api.functions.errors import DeclarationUnknown
from player_api.reach.errors import ContractDiffers, NothingPinned
from player_api.reach.models import NewReplacement, Replacement, Use
from player_api.releases.functions import pins_in
from player_api.releases.trees import read_tree
from player_api.sessions.context import Caller
from store.declarations import Kind
from store.pin_replacements import PinReplacement, PinReplacements
from store.release_files import ReleaseFiles
from store.uses import Use as StoredUse
from store.uses import Uses


@dataclass(frozen=True)
class ReachDesk:
    """What is used where.

    Attributes:
        uses: of the releases that the engine holds.
        replacements: of what these have pinned.
        declarations: in force.
        files: of releases.
    """

    uses: Uses
    replacements: PinReplacements
    declarations: DeclarationDesk
    files: ReleaseFiles

    async def of_function(self, name: str) -> list[Use]:
        """Return where releases call a function, or one that calls it: a group, or one that it undoes or confirms.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        return await self._calls({name})

    async def of_system(self, name: str) -> list[Use]:
        """Return where releases call functions of a system.

        Raises:
            DeclarationUnknown: there is no such system.
            StoreUnavailable: the database can't be reached.
        """
        catalogue = await self.declarations.known()
        if name not in catalogue.systems:
            raise DeclarationUnknown(f"there is no system {name}")
        return await self._calls({one.name for one in catalogue.functions.values() if one.system == name})

    async def of_script(self, script: str, file: str | None) -> list[Use]:
        """Return the releases of other scripts that hold a script, or all that hold one of its files.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        found = await (self.uses.of_script(script) if file is None else self.uses.of_file(script, file))
        return [_shown(use, {}) for use in found]

    async def _calls(self, names: Collection[str]) -> list[Use]:
        functions = (await self.declarations.known()).functions
        found = await self.uses.of_functions(_callers(names, functions))
        replaced = {(one.function, one.digest): one.by_digest for one in await self.replacements.all()}
        return [_shown(use, replaced) for use in found]

    async def replaced(self, name: str) -> list[Replacement]:
        """Return the contracts of a function that others have taken the place of.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        return [_replacement(one) for one in await self.replacements.all() if one.function == name]

    async def replace(self, caller: Caller, name: str, wish: NewReplacement) -> Replacement:
        """Let the contract that is declared now take the place of one that releases have pinned.

        Raises:
            DeclarationUnknown: there is no such function.
            NothingPinned: no release that the engine holds has pinned this contract.
            ContractDiffers: inputs, outputs or errors are not the same, or it is the same contract.
            StoreUnavailable: the database can't be reached; nothing is changed.
        """
        functions = (await self.declarations.now()).functions
        if name not in functions:
            raise DeclarationUnknown(f"there is no {Kind.FUNCTION} {name}")
        now, pinned = Pin.of(functions[name], functions), await self._pinned(name, wish.digest)
        if now.digest == wish.digest:
            raise ContractDiffers("it is the contract that is declared now")
        if not same_for_scripts(pinned.contract, now.contract):
            raise ContractDiffers("inputs, outputs and errors must be the same: publish the scripts that call it")
        made = PinReplacement(name, wish.digest, now.digest, now.text(), wish.reason, caller.name, datetime.now(UTC))
        await self.replacements.put(made, caller.correlation_id)
        return _replacement(made)

    async def put_back(self, caller: Caller, name: str, digest: str) -> None:
        """Let a contract count again that another has taken the place of.

        Raises:
            NothingPinned: none has.
            StoreUnavailable: the database can't be reached; nothing is changed.
        """
        if not await self.replacements.delete(name, digest, caller.name, caller.correlation_id):
            raise NothingPinned("nothing has taken the place of this contract")

    async def _pinned(self, name: str, digest: str) -> Pin:
        for use in await self.uses.of_functions([name]):
            if use.digest == digest:
                files = await self.files.closed(use.script, use.release)
                pins = pins_in({file: read_tree(files[file]) for file in files if file.endswith(".bpmn")})
                return next(pin for pin in pins.values() if (pin.name, pin.digest) == (name, digest))
        raise NothingPinned("no release that the engine holds has pinned this contract")


def _callers(names: Collection[str], functions: Mapping[str, Function]) -> set[str]:
    """These functions, and those that lead to a call of them."""
    found = set(names)
    while more := {one.name for one in functions.values() if not found.isdisjoint(_named(one))} - found:
        found |= more
    return found


def _named(function: Function) -> set[str]:
    members = function.call.group.functions.values() if function.call.group is not None else ()
    return {name for name in (*members, function.undo, function.confirm) if name is not None}


def _shown(use: StoredUse, replaced: Mapping[tuple[str, str], str]) -> Use:
    return Use(**vars(use), replaced_by=replaced.get((use.function or "", use.digest or "")))


def _replacement(one: PinReplacement) -> Replacement:
    return Replacement(**{name: value for name, value in vars(one).items() if name != "pin"})
