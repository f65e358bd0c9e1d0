"""The forms of a release: whether they can be shown, and how user tasks and start events are bound to them."""

import json
from collections.abc import Iterator, Mapping

from lxml import etree

from functions.catalogue import Catalogue
from functions.declaration import Effect, Function
from player_api.forms.errors import FormUnsupported
from player_api.forms.form import Field, Form
from player_api.forms.generated import fields_of, form_of
from player_api.forms.parsing import parse_form
from player_api.releases.functions import unknown_function
from player_api.releases.namespaces import bpmn, camunda
from player_api.releases.rules import Finding, Rule

_FILE_KEY = "camunda-forms:deployment:"


def read_forms(files: Mapping[str, bytes], findings: list[Finding]) -> Mapping[str, tuple[str, Form]]:
    """Return the forms of a release with their files, by form id; what is wrong with them goes into ``findings``."""
    forms: dict[str, tuple[str, Form]] = {}
    for name in (name for name in files if name.endswith(".form")):
        try:
            schema = json.loads(files[name])
            form_id, form = _form_id(schema), parse_form(schema)
        except (ValueError, RecursionError):
            findings.append(
                Rule.FORM.at(name, None, "это не JSON, который можно прочесть", "this is not JSON that can be read")
            )
        except (KeyError, TypeError, AttributeError):
            findings.append(
                Rule.FORM.at(
                    name, None, "форма — это объект с id и components", "a form is an object with an id and components"
                )
            )
        except FormUnsupported as error:
            findings.append(Rule.FORM.at(name, None, error.ru, str(error)))
        else:
            if form_id in forms:
                other = forms[form_id][0]
                findings.append(
                    Rule.DUPLICATE_ID.at(
                        name, None, f"такой же id {form_id!r} у {other}", f"{other} has the same id {form_id!r}"
                    )
                )
            forms[form_id] = (name, form)
    return forms


def _form_id(schema: Mapping[str, object]) -> str:
    form_id = schema["id"]
    if not isinstance(form_id, str) or not form_id:
        raise TypeError
    return form_id


def binding_findings(name: str, tree: "etree._Element", forms: Mapping[str, tuple[str, Form]]) -> Iterator[Finding]:
    """Say which user tasks and start events of a diagram have a form that is not there or can't be shown."""
    for task in tree.iter(bpmn("userTask"), bpmn("startEvent")):
        for ru, en in _wrong_form(task, forms):
            yield Rule.FORM_BINDING.at(name, task.get("id"), ru, en)


def _wrong_form(task: "etree._Element", forms: Mapping[str, tuple[str, Form]]) -> Iterator[tuple[str, str]]:
    reference, key = task.get(camunda("formRef")), task.get(camunda("formKey"))
    fields = fields_of(task)
    if [reference is not None, key is not None, bool(fields)].count(True) > 1:
        yield "у него больше одной формы", "it has more than one form"
    if reference is not None and reference not in forms:
        yield f"формы с id {reference!r} нет", f"there is no form with the id {reference!r}"
    if reference is not None and task.get(camunda("formRefBinding")) == "version":
        yield (
            "у его формы указана версия, а релиз хранит свои формы: привяжите её к развёртыванию (deployment)",
            "its form has a version: a release holds its own forms, bind it to the deployment",
        )
    if key is not None and _of_file(key, forms) is None:
        yield (
            f"форму {key!r} нельзя показать: можно только Camunda Forms и генерируемые формы",
            f"the form {key!r} can't be shown: only Camunda Forms and generated forms can",
        )
    if task.get(camunda("formHandlerClass")) is not None or any(True for _ in task.iter(camunda("formHandler"))):
        yield "обработчик формы не поддерживается", "a form handler is not supported"
    if fields:
        try:
            form_of(fields)
        except FormUnsupported as error:
            yield error.ru, str(error)


def bind_forms(tree: "etree._Element", forms: Mapping[str, tuple[str, Form]]) -> None:
    """Make user tasks and start events take the forms that were deployed with them."""
    for task in tree.iter(bpmn("userTask"), bpmn("startEvent")):
        key = task.get(camunda("formKey"))
        if key is not None and (form_id := _of_file(key, forms)) is not None:
            del task.attrib[camunda("formKey")]
            task.set(camunda("formRef"), form_id)
        if task.get(camunda("formRef")) is not None:
            task.attrib.pop(camunda("formRefVersion"), "")
            task.set(camunda("formRefBinding"), "deployment")


def form_of_task(task: "etree._Element", forms: Mapping[str, tuple[str, Form]]) -> Form | None:
    """Return the form of a user task or start event, None where it has none that can be shown."""
    reference, key = task.get(camunda("formRef")), task.get(camunda("formKey"))
    form_id = reference if reference is not None else _of_file(key or "", forms)
    if form_id is not None:
        return forms[form_id][1] if form_id in forms else None
    try:
        return form_of(fields) if (fields := fields_of(task)) else None
    except FormUnsupported:
        return None


def _of_file(key: str, forms: Mapping[str, tuple[str, Form]]) -> str | None:
    """The id of the form that a form key names by its file."""
    if not key.startswith(_FILE_KEY):
        return None
    wanted = key.removeprefix(_FILE_KEY)
    return next((form_id for form_id, (name, _) in forms.items() if name == wanted), None)


def searches(forms: Mapping[str, tuple[str, Form]]) -> Iterator[tuple[str, str, Field, str]]:
    """The fields that search for their choices: file, form id, field and function of each."""
    for form_id, (name, form) in forms.items():
        for field in form.fields:
            if field.options is not None and field.options.function is not None:
                yield name, form_id, field, field.options.function


def search_findings(forms: Mapping[str, tuple[str, Form]], catalogue: Catalogue) -> Iterator[Finding]:
    """Say which fields search for their choices with a function that can't find any."""
    for name, _, field, function_name in searches(forms):
        function = catalogue.functions.get(function_name)
        if function is None:
            yield unknown_function(name, field.key, function_name)
        elif wrong := _wrong_search(function):
            yield Rule.SEARCHED_CHOICES.at(name, field.key, *wrong)


def _wrong_search(function: Function) -> tuple[str, str] | None:
    name = function.name
    if function.effect is not Effect.READ or function.answer is not None:
        return (
            f"функция {name} не из тех, что только читают и отвечают сразу",
            f"the function {name} is none that only reads and answers at once",
        )
    if "q" not in {declared.name for declared in function.inputs}:
        return (
            f"у функции {name} нет входа 'q' для набранного текста",
            f"the function {name} has no input 'q' for what was typed",
        )
    if "options" not in function.outputs:
        return f"у функции {name} нет результата 'options'", f"the function {name} has no output 'options'"
    return None
