"""The only code that speaks Camunda's REST API."""

from engine.client import Engine
from engine.definitions import Definition
from engine.deployments import Deployment
from engine.errors import (
    AnswerUnreadable,
    DiagramRefused,
    EngineError,
    EngineRejected,
    EngineUnauthorized,
    EngineUnavailable,
    ErrorUncaught,
    LockLost,
    NotFound,
    OptimisticLock,
    ParseProblem,
    VariableInvalid,
)
from engine.external_tasks import ExternalTask, LockedTask, WaitingExternalTask
from engine.history import HistoricInstance, InstanceState, PassedElement
from engine.incidents import Incident
from engine.processes import Modification, ProcessInstance, Token
from engine.task_client import TopicRequest
from engine.transport import EngineSettings
from engine.undos import UNDO_PROCESS
from engine.user_tasks import FormRef, UserTask
from engine.variables import Opaque, Value

__all__ = [
    "UNDO_PROCESS",
    "AnswerUnreadable",
    "Definition",
    "Deployment",
    "DiagramRefused",
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
    "Modification",
    "NotFound",
    "Opaque",
    "OptimisticLock",
    "ParseProblem",
    "PassedElement",
    "ProcessInstance",
    "Token",
    "TopicRequest",
    "UserTask",
    "Value",
    "VariableInvalid",
    "WaitingExternalTask",
]
