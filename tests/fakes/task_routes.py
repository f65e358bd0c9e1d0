"""User tasks of the fake engine."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tests.fakes import refusals, wire
from tests.fakes.instances import Instances

_TURNS_OF_A_TRANSACTION = 20
"""Of the event loop: long enough for another request to begin, as a database transaction is."""


class TaskRoutes:
    def __init__(self, instances: Instances) -> None:
        self._instances = instances

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/task", self._list),
            Route("/task/{id}/variables", self._variables),
            Route("/task/{id}/complete", self._complete, methods=["POST"]),
            Route("/task/{id}/deployed-form", self._form),
        ]

    async def _list(self, request: Request) -> Response:
        key = request.query_params["processInstanceBusinessKey"]
        found = [task for task in self._instances.tasks.values() if task.instance.business_key == key]
        return JSONResponse([wire.task(task) for task in found])

    async def _variables(self, request: Request) -> Response:
        task = self._instances.tasks.get(request.path_params["id"])
        if task is None:
            raise refusals.variables_of_task_gone(request.path_params["id"])
        return JSONResponse(task.instance.variables)

    async def _complete(self, request: Request) -> Response:
        body = await request.json()
        variables = wire.variables(body)
        task = self._instances.tasks.get(request.path_params["id"])
        if task is None:
            raise refusals.task_gone(request.path_params["id"])
        seen = task.instance.revision
        for _ in range(_TURNS_OF_A_TRANSACTION):
            await asyncio.sleep(0)
        if task.instance.revision != seen:
            raise refusals.task_raced(task.id)
        self._instances.complete_task(task, variables)
        return JSONResponse(task.instance.variables) if body.get("withVariablesInReturn") else Response(status_code=204)

    async def _form(self, request: Request) -> Response:
        task = self._instances.tasks.get(request.path_params["id"])
        if task is None:
            raise refusals.form_of_task_gone()
        if task.stage.form is None:
            raise refusals.without_form()
        return JSONResponse(task.stage.form)
