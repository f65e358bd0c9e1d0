"""Users of the engine: the one our processes sign in with."""

from pycamunda.group import Create as CreateGroup
from pycamunda.group import GetList as ListGroups
from pycamunda.user import Create as CreateUser
from pycamunda.user import UpdateCredentials
from tenacity import retry, retry_if_exception_type, stop_after_attempt

from engine.errors import EngineRejected, OptimisticLock
from engine.transport import Transport, segment

_ADMINISTRATORS = ("camunda-admin", "operaton-admin")
"""The groups that the authorizations of Camunda and of Operaton give everything. Whoever may deploy may run code in the
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
        """Make a user a member of the engine's group and, on data that the other engine began, of that one's too.

        An engine whose own group is empty lets whoever opens its pages become its first administrator.
        """
        groups = [group for group in _ADMINISTRATORS if await self._exists(group)]
        if not groups:
            await self._create_group(_ADMINISTRATORS[0])  # says why it can't
        for group in groups:
            await self._join(user, group)

    async def _exists(self, group: str) -> bool:
        """Whether a group is there, or could be made: each engine refuses the name that is the other's."""
        if await self._has(group):
            return True
        try:
            await self._create_group(group)
        except EngineRejected:
            return await self._has(group)  # another provisioning may have been quicker
        return True

    async def _create_group(self, group: str) -> None:
        await self._transport.carry("POST", CreateGroup("", group, "Administrators", "SYSTEM"))

    async def _join(self, user: str, group: str) -> None:
        if await self._has(group, user):
            return
        try:
            await self._transport.send("PUT", f"/group/{group}/members/{segment(user)}")
        except EngineRejected:
            if not await self._has(group, user):  # as above
                raise

    async def _has(self, group: str, user: str | None = None) -> bool:
        """Whether a group is there, with ``user`` in it where one is named."""
        return bool(await self._transport.carry("GET", ListGroups("", id_=group, member=user)))
