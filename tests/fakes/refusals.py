"""The sentences with which Camunda 7.24 refuses, as seen on the wire."""

from dataclasses import dataclass


@dataclass
class Refusal(Exception):
    """An answer that is an error."""

    status: int
    type: str
    message: str
    code: int | None = 0

    def json(self) -> dict[str, object]:
        return {"type": self.type, "message": self.message, "code": self.code}


def task_gone(task_id: str) -> Refusal:
    sentence = f"Cannot complete task {task_id}: Cannot find task with id {task_id}: task is null"
    return Refusal(500, "RestException", sentence)


def task_raced(task_id: str) -> Refusal:
    sentence = (
        f"Cannot complete task {task_id}: ENGINE-03005 Execution of 'DELETE TaskEntity[{task_id}]' failed. "
        "Entity was updated by another transaction concurrently."
    )
    return Refusal(500, "RestException", sentence, 1)


def raced() -> Refusal:
    sentence = "ENGINE-03005 Execution of 'UPDATE' failed. Entity was updated by another transaction concurrently."
    return Refusal(500, "OptimisticLockingException", sentence, 1)


def variables_of_task_gone(task_id: str) -> Refusal:
    return Refusal(500, "NullValueException", f"task {task_id} doesn't exist: task is null")


def form_of_task_gone() -> Refusal:
    sentence = (
        'Cannot invoke "org.camunda.bpm.engine.impl.persistence.entity.TaskEntity.getId()" because "task" is null'
    )
    return Refusal(500, "NullPointerException", sentence, None)


def without_form() -> Refusal:
    sentence = "One of the attributes 'formKey' and 'camunda:formRef' must be supplied but none were set."
    return Refusal(400, "InvalidRequestException", sentence, None)


def external_task_gone(task_id: str) -> Refusal:
    return Refusal(404, "RestException", f"External task with id {task_id} does not exist")


def locked_by_another(task_id: str, asking: str, holding: str | None) -> Refusal:
    holder = "null" if holding is None else holding
    sentence = f"External Task {task_id} cannot be completed by worker '{asking}'. It is locked by worker '{holder}'."
    return Refusal(400, "RestException", sentence)


def lock_expired(now_milliseconds: int) -> Refusal:
    sentence = (
        f"Cannot extend a lock that expired: lockExpirationTime is not greater than or equal to {now_milliseconds}"
    )
    return Refusal(400, "RestException", sentence)


def not_above_zero(what: str) -> Refusal:
    return Refusal(400, "RestException", f"{what} is not greater than 0")


def uncaught(code: str) -> Refusal:
    return Refusal(500, "ProcessEngineException", f"ENGINE-13033 Propagation of bpmn error {code} failed. ")


def instance_gone(instance_id: str) -> Refusal:
    sentence = f"No process instance found for id '{instance_id}': processInstance is null"
    return Refusal(404, "InvalidRequestException", sentence)


def definition_gone(definition_id: str) -> Refusal:
    sentence = (
        f"Cannot instantiate process definition {definition_id}: no deployed process definition found with id "
        f"'{definition_id}': processDefinition is null"
    )
    return Refusal(500, "RestException", sentence)


def no_definition(definition_id: str) -> Refusal:
    return Refusal(404, "InvalidRequestException", f"No matching definition with id {definition_id}")


def deployment_gone(deployment_id: str) -> Refusal:
    return Refusal(404, "InvalidRequestException", f"Deployment with id '{deployment_id}' do not exist", None)


def unreadable_file(name: str) -> Refusal:
    return Refusal(500, "ProcessEngineException", f"ENGINE-09003 Could not parse '{name}'. ")


def persistence_failed(code: int) -> Refusal:
    sentence = (
        "An exception occurred in the persistence layer. "
        "Please check the server logs for a detailed message and the entire exception stack trace."
    )
    return Refusal(500, "ProcessEnginePersistenceException", sentence, code)


def wrong_type(kind: object) -> Refusal:
    return Refusal(400, "InvalidRequestException", f"Unsupported value type '{kind}'", None)


def user_exists() -> Refusal:
    return Refusal(400, "BadUserRequestException", "The user already exists")


def group_id_invalid(group: str) -> Refusal:
    sentence = f"Group has an invalid id: '{group}' is not a valid resource identifier."
    return Refusal(500, "ProcessEngineException", sentence)


def user_gone(user: str) -> Refusal:
    return Refusal(404, "InvalidRequestException", f"User with id {user} does not exist", None)


def wrong_own_password() -> Refusal:
    return Refusal(400, "InvalidRequestException", "The given authenticated user password is not valid.", None)


def unknown_path() -> Refusal:
    return Refusal(404, "NotFoundException", "HTTP 404 Not Found", None)


def failed(sentence: str) -> Refusal:
    return Refusal(500, "ProcessEngineException", sentence)
