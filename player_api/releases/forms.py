"""The forms of a release: whether they can be shown, and how user tasks and start events are bound to them."""

import json
from collections.abc import Iterator, Mapping

from lxml import etree

from feel import Evaluator, FeelError
from functions.catalogue import Catalogue
from functions.declaration import Effect
from player_api.forms.errors import FormUnsupported
from player_api.forms.form import Field, Form, Group, Rows, Scope
from player_api.forms.generated import fields_of, form_of
from player_api.forms.parsing import parse_form
from player_api.releases.errors import Finding
from player_api.releases.namespaces import bpmn, camunda

_FILE_KEY = "camunda-forms:deployment:"


def read_forms(files: Mapping[str, bytes], findings: list[Finding]) -> Mapping[str, tuple[str, Form]]:
    """Return the forms of a release with their files, by form id; what is wrong with them goes into ``findings``."""
    forms: dict[str, tuple[str, Form]] = {}
    for name in (name for name in files if name.endswith(".form")):
        try:
            schema = json.loads(files[name])
            form_id, form = _form_id(schema), parse_form(schema)
        except (ValueError, RecursionError):
            findings.append(Finding(name, None, "this is not JSON that can be read"))
        except (KeyError, TypeError, AttributeError):
            findings.append(Finding(name, None, "a form is an object with an id and components"))
        except FormUnsupported as error:
            findings.append(Finding(name, None, str(error)))
        else:
            if form_id in forms:
                findings.append(Finding(name, None, f"{forms[form_id][0]} has the same id {form_id!r}"))
            forms[form_id] = (name, form)
    return forms


def _form_id(schema: Mapping[str, object]) -> str:
    form_id = schema["id"]
    if not isinstance(form_id, str) or not form_id:
        raise TypeError
    return form_id


def expression_findings(forms: Mapping[str, tuple[str, Form]]) -> Iterator[Finding]:
    """Say which expressions of forms can't be read; form-js would take them for null.

    Raises:
        BundleError: the interpreter is needed and has not been built.
    """
    with Evaluator() as evaluator:
        for name, form in forms.values():
            for text in _expressions(form.scope):
                try:
                    evaluator.check(text)
                except FeelError as error:
                    yield Finding(name, None, str(error))


def _expressions(scope: Scope) -> Iterator[str]:
    yield from scope.values.values()
    yield from scope.conditions.values()
    left = list(scope.components)
    for component in left:
        if isinstance(component, Group):
            left.extend(component.components)
        elif isinstance(component, Rows):
            yield from _expressions(component.scope)


def binding_findings(name: str, tree: "etree._Element", forms: Mapping[str, tuple[str, Form]]) -> Iterator[Finding]:
    """Say which user tasks and start events of a diagram have a form that is not there or can't be shown."""
    for task in tree.iter(bpmn("userTask"), bpmn("startEvent")):
        for sentence in _wrong_form(task, forms):
            yield Finding(name, task.get("id"), sentence)


def _wrong_form(task: "etree._Element", forms: Mapping[str, tuple[str, Form]]) -> Iterator[str]:
    reference, key = task.get(camunda("formRef")), task.get(camunda("formKey"))
    fields = fields_of(task)
    if [reference is not None, key is not None, bool(fields)].count(True) > 1:
        yield "it has more than one form"
    if reference is not None and reference not in forms:
        yield f"there is no form with the id {reference!r}"
    if reference is not None and task.get(camunda("formRefBinding")) == "version":
        yield "its form has a version: a release holds its own forms, bind it to the deployment"
    if key is not None and _of_file(key, forms) is None:
        yield f"the form {key!r} can't be shown: only Camunda Forms and generated forms can"
    if task.get(camunda("formHandlerClass")) is not None or any(True for _ in task.iter(camunda("formHandler"))):
        yield "a form handler is not supported"
    if fields:
        try:
            form_of(fields)
        except FormUnsupported as error:
            yield str(error)


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
            yield Finding(name, field.key, f"there is no integration function {function_name!r}")
        elif function.effect is not Effect.READ or function.answer is not None:
            yield Finding(name, field.key, f"the function {function_name} is none that only reads and answers at once")
        elif "q" not in {declared.name for declared in function.inputs}:
            yield Finding(name, field.key, f"the function {function_name} has no input 'q' for what was typed")
        elif "options" not in function.outputs:
            yield Finding(name, field.key, f"the function {function_name} has no output 'options'")
