from feel import Evaluator
from functions.reading import Source
from player_api.functions.known import KnownDeclarations


def system(name: str, title: str = "x") -> Source:
    return Source(f"systems/{name}.yaml", f"name: {name}\ntitle: {{ru: {title}}}\n")


async def test_declarations_are_read_again_when_they_are_some_seconds_old() -> None:
    declared, now, reads = [system("billing")], 0.0, 0

    async def read() -> list[Source]:
        nonlocal reads
        reads += 1
        return list(declared)

    known = KnownDeclarations(read, Evaluator(), clock=lambda: now)
    first = await known.catalogue()
    declared.append(system("crm"))
    assert await known.catalogue() is first
    now = 2.0
    assert set((await known.catalogue()).systems) == {"billing", "crm"}
    second = await known.catalogue()
    now = 4.0
    assert await known.catalogue() is second
    declared.append(system("inventory"))
    known.forget()
    assert set((await known.catalogue()).systems) == {"billing", "crm", "inventory"}
    assert reads == 4
