"""Users of the engine: the one our processes sign in with."""

from pycamunda.group import Create as CreateGroup
from pycamunda.group import GetList as ListGroups
from pycamunda.user import Create as CreateUser
from pycamunda.user import UpdateCredentials
from tenacity import retry, retry_if_exception_type, stop_after_attempt

from engine.errors import EngineRejected, OptimisticLock
from engine.transport import Transport, segment

_ADMINISTRATORS = ("camunda-admin", "operaton-admin")
"""The group that the authorizations of Camunda, or of Operaton, give everything. Whoever may deploy may run code in the
engine, so a narrower set of grants would only look safer."""


class Users:
    """Users and their group (Camunda 7 REST API, "User" and "Group"), for an administrator's credentials."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def provision(self, user: str, password: str, *, own_password: str) -> None:
        """Make a user exist with this password and every right; safe to repeat, also twice at once.

        Args:
            user: id of the user: letters and digits, unless the engine is configured to allow more.
            password: of the user.
            own_password: of the administrator who asks, which the engine wants to see again.

        Raises:
            EngineError: any but VariableInvalid.
        """
        if not await self._created(user, password):
            await self._set_password(user, password, own_password)
        await self._join_administrators(user)

    async def _created(self, user: str, password: str) -> bool:
        request = CreateUser("", user, first_name="Script", last_name="Manager", email="", password=password)
        try:
            await self._transport.carry("POST", request)
        except EngineRejected as error:
            if "already exists" in error.message:
                return False
            raise
        return True

    @retry(retry=retry_if_exception_type(OptimisticLock), stop=stop_after_attempt(10), reraise=True)
    async def _set_password(self, user: str, password: str, own_password: str) -> None:
        await self._transport.carry("PUT", UpdateCredentials("", segment(user), password, own_password))

    async def _join_administrators(self, user: str) -> None:
        group = await self._administrators()
        if await self._is_member(user, group):
            return
        try:
            await self._transport.send("PUT", f"/group/{group}/members/{segment(user)}")
        except EngineRejected:
            if not await self._is_member(user, group):  # another provisioning may have been quicker
                raise

    async def _administrators(self) -> str:
        """The name of the administrators' group; made where nobody has made it yet."""
        for group in _ADMINISTRATORS:
            if await self._transport.carry("GET", ListGroups("", id_=group)):
                return group
        camundas, operatons = _ADMINISTRATORS
        try:
            return await self._made(camundas)
        except EngineRejected:  # no engine takes the other's name
            return await self._made(operatons)

    async def _made(self, group: str) -> str:
        await self._transport.carry("POST", CreateGroup("", group, "Administrators", "SYSTEM"))
        return group

    async def _is_member(self, user: str, group: str) -> bool:
        return bool(await self._transport.carry("GET", ListGroups("", id_=group, member=user)))
