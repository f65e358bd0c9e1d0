"""A waiting user task becomes a step."""

from cachetools import LRUCache

from engine import Engine, UserTask
from player_api.forms.answers import shown_data
from player_api.forms.form import Form
from player_api.forms.parsing import EMPTY, parse_form
from player_api.sessions.models import Action, Step


class StepForms:
    """The forms of user tasks, fetched from the engine once where a release fixes them.

    A form bound to its deployment can't change under its process definition, so it is remembered by definition and
    task.
    """

    def __init__(self, engine: Engine, *, remembered: int = 5_000) -> None:
        self._engine = engine
        self._known: LRUCache[tuple[str, str], Form] = LRUCache(maxsize=remembered)

    async def of(self, task: UserTask) -> Form:
        """Return the form of a task, an empty one where it has none.

        Raises:
            FormUnsupported: it can't be shown.
            EngineError: it can't be had.
        """
        if task.form_ref is None:
            return EMPTY
        place = (task.definition_id, task.key)
        form = self._known.get(place)
        if form is None:
            form = parse_form(await self._engine.user_tasks.deployed_form(task.id))
            if task.form_ref.binding == "deployment":
                self._known[place] = form
        return form


def step_of(task: UserTask, form: Form) -> Step:
    """Build the step that a channel shows for ``task``."""
    return Step(
        id=task.id,
        key=task.key,
        name=task.name,
        hint=task.description,
        form=dict(form.schema),
        data=shown_data(form, task.variables),
        actions=[Action.NEXT, Action.CANCEL, Action.HANDOFF],
    )
