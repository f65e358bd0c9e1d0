"""A waiting user task becomes a step."""

from dataclasses import dataclass

from cachetools import LRUCache

from engine import Engine, EngineRejected, UserTask
from engine.errors import AnswerUnreadable
from player_api.diagrams.diagram import English
from player_api.diagrams.diagrams import Diagrams
from player_api.forms.answers import shown_data
from player_api.forms.errors import FormUnsupported
from player_api.forms.form import Form
from player_api.forms.generated import form_of
from player_api.forms.parsing import parse_form
from player_api.forms.stand_ins import EMPTY
from player_api.sessions.models import Action, Step


@dataclass(frozen=True)
class StartOfScript:
    """What is asked before a script begins.

    Attributes:
        element: id of the start event.
    """

    element: str
    name: str | None
    hint: str | None
    english: English
    form: Form


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

    async def at_start(self, definition_id: str) -> StartOfScript | None:
        """Return the start form of a definition, None where it begins with none.

        Raises:
            FormUnsupported: it can't be shown.
            EngineError: it can't be had.
        """
        try:
            diagram = await self._diagrams.of(definition_id)
        except EngineRejected:
            return None  # the engine will say so when it is asked to start
        start = diagram.start_form
        if start is None:
            return None
        place = (definition_id, start.element)
        form = self._known.get(place)
        if form is None:
            form = self._known[place] = form_of(start.fields) if start.fields else await self._start_form(definition_id)
        english = diagram.english.get(start.element, English())
        return StartOfScript(start.element, start.name, start.hint, english, form)

    async def english(self, definition_id: str, element: str) -> English:
        """Return what a step is called in English, and its hint.

        Raises:
            EngineError: the diagram can't be had; any but EngineRejected.
        """
        try:
            return (await self._diagrams.of(definition_id)).english.get(element, English())
        except EngineRejected:
            return English()

    async def _start_form(self, definition_id: str) -> Form:
        try:
            return parse_form(await self._engine.definitions.start_form(definition_id))
        except (EngineRejected, AnswerUnreadable) as error:
            raise FormUnsupported(
                "начальной формы нет в развёрнутом, или она не читается",
                "the start form is not in the deployment, or can't be read",
            ) from error

    async def _read(self, task: UserTask) -> tuple[Form, bool]:
        """Return the form, and whether it will be the same for every task of this kind."""
        if task.form_ref is not None:
            return await self._deployed(task), task.form_ref.binding == "deployment"
        if task.form_key is not None:
            if not task.form_key.startswith(_FORM_FILE):
                raise FormUnsupported(
                    f"ключ формы {task.form_key!r} называет форму, которую показывает только её собственная страница",
                    f"the form key {task.form_key!r} names a form that only its own page can show",
                )
            return await self._deployed(task), True
        fields = (await self._diagrams.of(task.definition_id)).generated.get(task.key)
        return form_of(fields) if fields else EMPTY, True

    async def _deployed(self, task: UserTask) -> Form:
        try:
            return parse_form(await self._engine.user_tasks.deployed_form(task.id))
        except (EngineRejected, AnswerUnreadable) as error:
            raise FormUnsupported(
                "его формы нет в развёрнутом, или она не читается",
                "its form is not in the deployment, or can't be read",
            ) from error


def step_of(task: UserTask, form: Form, english: English) -> Step:
    """Build the step that a channel shows for ``task``."""
    return Step(
        id=task.id,
        key=task.key,
        name=task.name,
        hint=task.description,
        name_en=english.name,
        hint_en=english.hint,
        form=dict(form.schema),
        said=[],
        data=shown_data(form, task.variables),
        actions=[Action.NEXT, Action.CANCEL, Action.HANDOFF],
    )
