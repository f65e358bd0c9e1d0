"""The only code that speaks Camunda's REST API."""

from engine.client import Engine
from engine.deployments import Deployment
from engine.errors import (
    AnswerUnreadable,
    EngineError,
    EngineRejected,
    EngineUnauthorized,
    EngineUnavailable,
    ErrorUncaught,
    LockLost,
    NotFound,
    OptimisticLock,
    VariableInvalid,
)
from engine.external_tasks import ExternalTask, LockedTask, WaitingExternalTask
from engine.history import HistoricInstance, InstanceState
from engine.incidents import Incident
from engine.processes import ProcessInstance
from engine.task_client import TopicRequest
from engine.transport import EngineSettings
from engine.user_tasks import FormRef, UserTask
from engine.variables import Opaque, Value

__all__ = [
    "AnswerUnreadable",
    "Deployment",
    "Engine",
    "EngineError",
    "EngineRejected",
    "EngineSettings",
    "EngineUnauthorized",
    "EngineUnavailable",
    "ErrorUncaught",
    "ExternalTask",
    "FormRef",
    "HistoricInstance",
    "Incident",
    "InstanceState",
    "LockLost",
    "LockedTask",
    "NotFound",
    "Opaque",
    "OptimisticLock",
    "ProcessInstance",
    "TopicRequest",
    "UserTask",
    "Value",
    "VariableInvalid",
    "WaitingExternalTask",
]
