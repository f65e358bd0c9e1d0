"""Going through a form over its data: which components are hidden, what expressions give, row by row.

What expressions see is what they see in form-js-viewer 2.0 (LocalExpressionContext, ConditionChecker): the data, and as
``this``, ``parent`` and ``i`` the row, what is around it, and the numbers of the rows.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from feel import LenientExpressions
from player_api.forms.form import Component, Field, Group, Rows, Scope
from player_api.forms.places import Place, value_at

Found = Mapping[str, Any]
Prepare = Callable[[Scope], LenientExpressions]


@dataclass(frozen=True)
class View:
    """What expressions of one scope see.

    Attributes:
        data: of the form.
        this: the row, or the form's data.
        parent: what is around the row.
        rows: the numbers of the rows, from 1, the outer first.
    """

    data: Mapping[str, Any]
    this: Any
    parent: Any = None
    rows: tuple[int, ...] = ()

    def names(self) -> dict[str, Any]:
        """All names with their values."""
        special = {"this": self.this, "parent": self.parent, "i": list(self.rows)}
        return {**special, **self.data, **{f"_{name}_": value for name, value in special.items()}}

    def around(self) -> dict[str, Any]:
        """What a row within sees as its parent."""
        this = self.this if isinstance(self.this, Mapping) else {}
        return View(this, self.this, self.parent, self.rows).names()


@dataclass(frozen=True)
class Visited:
    """One component, in one row.

    Attributes:
        place: of its value.
        found: what the expressions and conditions of its scope give.
    """

    component: Component
    place: Place
    found: Found
    hidden: bool


@dataclass(frozen=True)
class Visit:
    """A way through a form.

    Attributes:
        prepare: gives a scope's expressions, ready to be evaluated.
        data: where the rows are.
        shown_around: rows see what is around them as the player shows it, not only its data.
    """

    prepare: Prepare
    data: Mapping[str, Any]
    shown_around: bool

    async def go(self, scope: Scope, view: View, place: Place = (), *, hidden: bool = False) -> AsyncIterator[Visited]:
        """Visit all components of a scope and of the rows in it; nothing within a list that is hidden.

        Raises:
            FeelError: an expression takes more than it may.
        """
        found: Found = {}
        if scope.values or scope.conditions:
            found = await self.prepare(scope).evaluate(view.names())
        left = [(component, hidden) for component in reversed(scope.components)]
        while left:
            component, around_hidden = left.pop()
            is_hidden = around_hidden or (component.conditional and found[f"{component.id}.hide"] is True)
            at = place + component.path
            if isinstance(component, Group):
                left.extend((child, is_hidden) for child in reversed(component.components))
            elif isinstance(component, Field):
                yield Visited(component, at, found, is_hidden)
            elif isinstance(component, Rows):
                yield Visited(component, at, found, is_hidden)
                if not is_hidden:
                    async for visited in self._rows(component, view, at):
                        yield visited

    async def _rows(self, rows: Rows, view: View, place: Place) -> AsyncIterator[Visited]:
        held = value_at(self.data, place)
        for index, row in enumerate(held if isinstance(held, list) else ()):
            parent = view.around() if self.shown_around else view.this
            within = View(view.data, row, parent, (*view.rows, index + 1))
            async for visited in self.go(rows.scope, within, (*place, index)):
                yield visited
