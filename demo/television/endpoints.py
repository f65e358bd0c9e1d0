"""Television's own endpoints: each answer says ``ok`` or ``refused``, and a refusal has a reason in words."""

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Header, Path, Request
from fastapi.responses import JSONResponse

from demo.television.documents import (
    BoxAnswer,
    PackageFacts,
    PackagesAnswer,
    PictureAnswer,
    Refusal,
    Removed,
    RestartAnswer,
    SubscriptionAnswer,
    SubscriptionRequest,
)
from demo.television.errors import TelevisionError
from demo.television.headend import Headend

_Account = Annotated[str, Path(pattern="^[0-9]{10}$", description="The account whose box it is")]
_KEY = r"^[A-Za-z0-9._:-]{1,64}$"
_Key = Annotated[str, Header(alias="Idempotency-Key", pattern=_KEY, description="The same for every repetition")]
_Refused = dict[int | str, dict[str, Any]]
_NOTHING: _Refused = {404: {"model": Refusal}}
_CONFLICT: _Refused = {409: {"model": Refusal}, **_NOTHING}


def television_routes(headend: Headend) -> APIRouter:
    """Routes over boxes and packages."""
    router = APIRouter(tags=["television"])

    @router.get("/boxes/{account}", responses=_NOTHING)
    async def box(account: _Account) -> BoxAnswer:
        """The box of an account."""
        return BoxAnswer.of(await headend.box(account))

    @router.get("/boxes/{account}/picture", responses=_NOTHING)
    async def picture(account: _Account) -> PictureAnswer:
        """What the box says of the picture that it shows."""
        return PictureAnswer.of(await headend.box(account))

    @router.post("/boxes/{account}/restarts", responses=_NOTHING)
    async def restart(account: _Account, key: _Key) -> RestartAnswer:
        """Restart the box: the picture is lost for two minutes. Once for each Idempotency-Key."""
        await headend.restart(account, key)
        return RestartAnswer()

    @router.get("/restarts/{key}", responses=_NOTHING)
    async def find_restart(key: Annotated[str, Path(pattern=_KEY)]) -> RestartAnswer:
        """Whether a box was restarted under a key."""
        await headend.require_restart(key)
        return RestartAnswer()

    @router.get("/accounts/{account}/packages", responses=_NOTHING)
    async def packages(account: _Account) -> PackagesAnswer:
        """The packages that an account may add."""
        return PackagesAnswer(packages=[PackageFacts.of(each) for each in await headend.offered(account)])

    @router.post("/accounts/{account}/packages", responses=_CONFLICT)
    async def subscribe(account: _Account, asked: SubscriptionRequest, key: _Key) -> SubscriptionAnswer:
        """Add a package. Once for each Idempotency-Key."""
        return SubscriptionAnswer.of(await headend.subscribe(account, asked.package, key))

    @router.delete("/subscriptions/{number}", responses=_NOTHING)
    async def unsubscribe(number: Annotated[int, Path(ge=1)]) -> Removed:
        """Take a package away again."""
        await headend.unsubscribe(number)
        return Removed()

    return router


def add_television_refusals(app: FastAPI) -> None:
    """Make every refusal of television a document with its reason."""

    async def refused(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, TelevisionError)  # noqa: S101 - registered for this type
        return JSONResponse(Refusal(reason=error.reason).model_dump(), error.status)

    app.add_exception_handler(TelevisionError, refused)
