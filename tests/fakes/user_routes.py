"""Users and groups of the fake engine, and its basic authentication."""

import base64
import binascii

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tests.fakes import refusals

ADMINISTRATORS = "camunda-admin"


class UserRoutes:
    """Users by their passwords; without any, the engine is open."""

    def __init__(self, users: dict[str, str]) -> None:
        self._users = users
        self._groups: dict[str, set[str]] = {ADMINISTRATORS: set(users)}

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/user/create", self._create, methods=["POST"]),
            Route("/user/{id}/credentials", self._change_password, methods=["PUT"]),
            Route("/group", self._list_groups),
            Route("/group/create", self._create_group, methods=["POST"]),
            Route("/group/{group}/members/{id}", self._join, methods=["PUT"]),
        ]

    def signed_in(self, headers: Headers) -> str | None:
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(credentials).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return user if scheme == "Basic" and self._users.get(user) == password else None

    @property
    def required(self) -> bool:
        return bool(self._users)

    async def _create(self, request: Request) -> Response:
        body = await request.json()
        if body["profile"]["id"] in self._users:
            raise refusals.user_exists()
        self._users[body["profile"]["id"]] = body["credentials"]["password"]
        return Response(status_code=204)

    async def _change_password(self, request: Request) -> Response:
        body, user = await request.json(), request.path_params["id"]
        if self._users.get(self.signed_in(request.headers) or "") != body.get("authenticatedUserPassword"):
            raise refusals.wrong_own_password()
        if user not in self._users:
            raise refusals.user_gone(user)
        self._users[user] = body["password"]
        return Response(status_code=204)

    async def _list_groups(self, request: Request) -> Response:
        group, member = request.query_params["id"], request.query_params.get("member")
        exists = group in self._groups and (member is None or member in self._groups[group])
        return JSONResponse([{"id": group, "name": group, "type": "SYSTEM"}] if exists else [])

    async def _create_group(self, request: Request) -> Response:
        body = await request.json()
        if not body["id"].isalnum() and body["id"] != ADMINISTRATORS:
            raise refusals.group_id_invalid(body["id"])
        self._groups[body["id"]] = set()
        return Response(status_code=204)

    async def _join(self, request: Request) -> Response:
        members, user = self._groups[request.path_params["group"]], request.path_params["id"]
        if user in members:
            raise refusals.persistence_failed(0)
        members.add(user)
        return Response(status_code=204)
