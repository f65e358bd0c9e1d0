"""A waiting user task becomes a step."""

from cachetools import LRUCache

from engine import Engine, EngineRejected, UserTask
from engine.errors import AnswerUnreadable
from player_api.diagrams.diagrams import Diagrams
from player_api.forms.answers import shown_data
from player_api.forms.errors import FormUnsupported
from player_api.forms.form import Form
from player_api.forms.generated import form_of
from player_api.forms.parsing import EMPTY, parse_form
from player_api.sessions.models import Action, Step

_FORM_FILE = "camunda-forms:deployment:"


class StepForms:
    """The forms of user tasks, read once where a release fixes them.

    A form that is generated or bound to its deployment can't change under its process definition, so it is remembered
    by definition and task.
    """

    def __init__(self, engine: Engine, diagrams: Diagrams, *, remembered: int = 5_000) -> None:
        self._engine = engine
        self._diagrams = diagrams
        self._known: LRUCache[tuple[str, str], Form] = LRUCache(maxsize=remembered)

    async def of(self, task: UserTask) -> Form:
        """Return the form of a task, an empty one where it has none.

        Raises:
            FormUnsupported: it can't be shown.
            EngineError: it can't be had.
        """
        place = (task.definition_id, task.key)
        form = self._known.get(place)
        if form is None:
            form, is_fixed = await self._read(task)
            if is_fixed:
                self._known[place] = form
        return form

    async def _read(self, task: UserTask) -> tuple[Form, bool]:
        """Return the form, and whether it will be the same for every task of this kind."""
        if task.form_ref is not None:
            return await self._deployed(task), task.form_ref.binding == "deployment"
        if task.form_key is not None:
            if not task.form_key.startswith(_FORM_FILE):
                raise FormUnsupported(f"the form key {task.form_key!r} names a form that only its own page can show")
            return await self._deployed(task), True
        fields = (await self._diagrams.of(task.definition_id)).generated.get(task.key)
        return form_of(fields) if fields else EMPTY, True

    async def _deployed(self, task: UserTask) -> Form:
        try:
            return parse_form(await self._engine.user_tasks.deployed_form(task.id))
        except (EngineRejected, AnswerUnreadable) as error:
            raise FormUnsupported("its form is not in the deployment, or can't be read") from error


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
