"""External tasks of the fake engine, long polls included."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tests.fakes import refusals, wire
from tests.fakes.instances import FunctionTask, Instances


class ExternalTaskRoutes:
    """Routes under ``/external-task``; ``changed`` is notified when a poll should look again."""

    def __init__(self, instances: Instances, changed: asyncio.Condition) -> None:
        self._instances = instances
        self._changed = changed
        self._newest_poll: dict[str, object] = {}

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/external-task", self._list),
            Route("/external-task/fetchAndLock", self._fetch, methods=["POST"]),
            Route("/external-task/{id}/complete", self._complete, methods=["POST"]),
            Route("/external-task/{id}/failure", self._failure, methods=["POST"]),
            Route("/external-task/{id}/bpmnError", self._bpmn_error, methods=["POST"]),
            Route("/external-task/{id}/extendLock", self._extend, methods=["POST"]),
            Route("/external-task/{id}/lock", self._lock, methods=["POST"]),
            Route("/external-task/{id}/unlock", self._unlock, methods=["POST"]),
            Route("/external-task/{id}/retries", self._retries, methods=["PUT"]),
        ]

    async def _list(self, request: Request) -> Response:
        wanted = request.query_params["processInstanceIdIn"].split(",")
        found = [task for task in self._instances.functions.values() if task.instance.id in wanted]
        return JSONResponse([wire.function_task(task) for task in found])

    async def _fetch(self, request: Request) -> Response:
        body = await request.json()
        if any(topic["lockDuration"] <= 0 for topic in body["topics"]):
            raise refusals.failed("lockTime is not greater than 0")
        poll = self._newest_poll[body["workerId"]] = object()
        try:
            async with asyncio.timeout(body["asyncResponseTimeout"] / 1000), self._changed:
                self._changed.notify_all()
                while self._newest_poll[body["workerId"]] is poll:
                    if locked := self._instances.lock(body["workerId"], body["topics"], body["maxTasks"]):
                        return JSONResponse([wire.locked(task, topic) for task, topic in locked])
                    await self._changed.wait()
        except TimeoutError:
            return JSONResponse([])
        return Response("<html>replaced by a newer poll of this worker</html>", 503)

    async def _complete(self, request: Request) -> Response:
        body, task = await self._held(request)
        self._instances.complete_function(task, wire.variables(body))
        return Response(status_code=204)

    async def _failure(self, request: Request) -> Response:
        body, task = await self._held(request)
        if min(body["retries"], body["retryTimeout"]) < 0:
            raise refusals.failed("retries is not greater than or equal to 0")
        task.error_message, task.error_details = body["errorMessage"], body["errorDetails"]
        task.retries = body["retries"]
        task.lock_expires = self._instances.in_milliseconds(body["retryTimeout"])
        return Response(status_code=204)

    async def _bpmn_error(self, request: Request) -> Response:
        body, task = await self._held(request)
        self._instances.throw(task, body["errorCode"], wire.variables(body))
        return Response(status_code=204)

    async def _extend(self, request: Request) -> Response:
        body, task = await self._held(request)
        if body["newDuration"] <= 0:
            raise refusals.not_above_zero("lockTime")
        now = self._instances.clock()
        if task.lock_expires is None or task.lock_expires < now:
            raise refusals.lock_expired(int(now.timestamp() * 1000))
        task.lock_expires = self._instances.in_milliseconds(body["newDuration"])
        return Response(status_code=204)

    async def _lock(self, request: Request) -> Response:
        body, task = await request.json(), self._found(request)
        now = self._instances.clock()
        if task.worker_id != body["workerId"] and task.lock_expires is not None and task.lock_expires > now:
            raise refusals.locked_by_another(task.id, body["workerId"], task.worker_id)
        task.worker_id, task.lock_expires = body["workerId"], self._instances.in_milliseconds(body["lockDuration"])
        return Response(status_code=204)

    async def _unlock(self, request: Request) -> Response:
        task = self._found(request)
        task.worker_id = task.lock_expires = None
        return Response(status_code=204)

    async def _retries(self, request: Request) -> Response:
        body, task = await request.json(), self._found(request)
        task.retries = body["retries"]
        return Response(status_code=204)

    def _found(self, request: Request) -> FunctionTask:
        task = self._instances.functions.get(request.path_params["id"])
        if task is None:
            raise refusals.external_task_gone(request.path_params["id"])
        return task

    async def _held(self, request: Request) -> tuple[dict[str, Any], FunctionTask]:
        """The body of a report and its task, where the reporting worker was the last to lock it."""
        body, task = await request.json(), self._found(request)
        if task.worker_id != body["workerId"]:
            raise refusals.locked_by_another(task.id, body["workerId"], task.worker_id)
        return body, task
