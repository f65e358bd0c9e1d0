"""The facade, composed from its settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from engine import Engine, EngineSettings
from feel import Evaluator
from player_api import problems
from player_api.access.composition import Access
from player_api.access.cors import Cors
from player_api.access.endpoints import router as access_router
from player_api.authoring.context import AuthoringContext
from player_api.authoring.endpoints import router as authoring_router
from player_api.authoring.files import LARGEST_SCRIPT
from player_api.authoring.release_endpoints import router as releases_router
from player_api.callbacks.endpoints import router as callbacks_router
from player_api.conversations.context import ConversationContext
from player_api.conversations.endpoints import router as conversations_router
from player_api.customers.endpoints import router as customers_router
from player_api.diagrams.ahead import StepsAhead
from player_api.diagrams.diagrams import Diagrams
from player_api.events.endpoints import router as events_router
from player_api.events.shared import Shared
from player_api.forms.answers import AnswerChecker
from player_api.forms.texts import Texts
from player_api.functions.desk import DeclarationDesk
from player_api.functions.endpoints import router as functions_router
from player_api.messages.endpoints import router as messages_router
from player_api.messages.receive import Mailbox
from player_api.metrics import Metrics
from player_api.middleware import BodyLimit, Correlation, LastResort, Safeguards
from player_api.modeler.endpoints import router as modeler_router
from player_api.reach.desk import ReachDesk
from player_api.reach.endpoints import router as reach_router
from player_api.recordings.endpoints import router as recordings_router
from player_api.recordings.recording import Recorder
from player_api.releases.bring_back import bring_back
from player_api.releases.cases.walk import WalkParts
from player_api.releases.folder import LARGEST_FILE
from player_api.rollouts.desk import RolloutDesk
from player_api.rollouts.endpoints import router as rollouts_router
from player_api.sessions.context import SessionContext
from player_api.sessions.endpoints import router as sessions_router
from player_api.sessions.manual_forms import ManualForms
from player_api.sessions.prefetching import Prefetching
from player_api.sessions.steps import StepForms
from player_api.web.endpoints import web_routes
from player_api.webhooks.desk import WebhookDesk
from player_api.webhooks.endpoints import router as webhooks_router
from player_api.workers_link import WorkersLink
from runtime.health import health_routes
from runtime.settings import Settings
from store.awaited_answers import AwaitedAnswers
from store.backs import Backs
from store.conversations import Conversations
from store.database import Database
from store.declarations import Declarations
from store.deliveries import Deliveries
from store.effects import Effects
from store.erasures import Erasures
from store.idempotency import IdempotentAnswers
from store.inputs import Inputs
from store.journal import Journal
from store.leases import Leases
from store.message_starts import MessageStarts
from store.notes import Notes
from store.notifications import Notifications, SessionListener
from store.offered import OfferedOptions
from store.pin_replacements import PinReplacements
from store.release_files import ReleaseFiles
from store.releases import Releases
from store.retirement import Retirement
from store.rollouts import Rollouts
from store.session_search import SessionSearch
from store.sessions import Sessions
from store.snapshots import Snapshots
from store.starts import StartForms
from store.uses import Uses
from store.webhooks import Webhooks

PREFIX = "/api/v1"
ROUTERS = (
    sessions_router,
    conversations_router,
    events_router,
    messages_router,
    functions_router,
    callbacks_router,
    webhooks_router,
    access_router,
    customers_router,
    authoring_router,
    releases_router,
    recordings_router,
    reach_router,
    rollouts_router,
)
LARGER_BODIES = {
    rf"{PREFIX}/scripts/[^/]+/draft/files/.+": LARGEST_FILE,
    rf"{PREFIX}/scripts/[^/]+/archive": LARGEST_SCRIPT,
    "/engine-rest/deployment/create": LARGEST_SCRIPT,
}
"""Most bytes of a body, by regular expressions of paths where that is not the usual bound."""


def create_app(settings: Settings, engine_transport: httpx.AsyncBaseTransport | None = None) -> FastAPI:
    """Build the facade.

    Args:
        settings: where its database and its engine are.
        engine_transport: what requests to the engine travel over; the network where nothing is given.
    """
    database_url = settings.database_url.get_secret_value()
    database = Database(database_url, pool_size=settings.database_pool_size)
    listener = SessionListener(database_url)
    engine = Engine(EngineSettings.of(settings), engine_transport)
    workers = WorkersLink(settings.workers_url, settings.internal_token)
    releases = Releases(database)
    access = Access.of(settings, database)
    lease = timedelta(minutes=settings.lease_minutes)
    evaluator = Evaluator()
    answers = AnswerChecker(evaluator)
    diagrams = Diagrams(engine)
    prefetching = Prefetching(releases, workers, answers)
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await database.open()
        try:
            async with access.running(), engine, workers.open(), prefetching.running(), listener.listening():
                with evaluator:
                    yield
        finally:
            await database.close()

    app = FastAPI(
        title="Script Manager",
        summary="Walk customer-service scripts from a player, a chat-bot, an IVR or any program",
        version="1",
        lifespan=lifespan,
        routes=[*health_routes({"database": database.check, "engine": engine.version}), metrics.route()],
        docs_url="/docs",
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    declarations = DeclarationDesk(Path(settings.functions_path), Declarations(database), evaluator)
    app.state.sign_in = access.sign_in
    app.state.access = access.context
    app.state.sessions = SessionContext(
        engine=engine,
        sessions=Sessions(database, lease),
        releases=releases,
        journal=Journal(database),
        leases=Leases(database, lease),
        search=SessionSearch(database),
        idempotent=IdempotentAnswers(database),
        notifications=Notifications(database),
        listener=listener,
        forms=StepForms(engine, diagrams),
        diagrams=diagrams,
        backs=Backs(database),
        snapshots=Snapshots(database),
        effects=Effects(database),
        ahead=StepsAhead(diagrams),
        answers=answers,
        texts=Texts(evaluator),
        declarations=declarations,
        manual_forms=ManualForms(releases),
        inputs=Inputs(database, lease),
        notes=Notes(database, lease),
        prefetching=prefetching,
        offered=OfferedOptions(database),
        starts=StartForms(database),
        workers=workers,
        metrics=metrics,
    )
    zone = ZoneInfo(settings.time_zone)
    app.state.conversations = ConversationContext(
        sessions=app.state.sessions,
        conversations=Conversations(database, lease),
        clock=lambda: datetime.now(zone),
        attempts=settings.conversation_attempts,
    )
    app.state.watched = Shared()
    app.state.mailbox = Mailbox(app.state.sessions, MessageStarts(database))
    app.state.webhooks = WebhookDesk(
        Webhooks(database),
        Deliveries(database),
        settings.deriving_keys(),
        allows_private=settings.webhooks_private,
    )
    app.state.declarations = declarations
    recall = partial(bring_back, engine, ReleaseFiles(database), Retirement(database))
    app.state.rollouts = RolloutDesk(Rollouts(database), recall)
    walking = WalkParts(engine, app.state.sessions.forms, answers, app.state.sessions.texts)
    app.state.authoring = AuthoringContext.of(database, declarations, walking, app.state.rollouts)
    app.state.reach = ReachDesk(Uses(database), PinReplacements(database), declarations, ReleaseFiles(database))
    app.state.recorder = Recorder.of(app.state.sessions, ReleaseFiles(database))
    app.state.workers = workers
    app.state.erasures = Erasures(database)
    app.state.awaited_answers = AwaitedAnswers(database)
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    app.include_router(modeler_router)
    app.include_router(web_routes(Path(settings.web_path)))
    problems.install(app)
    _surround(app, access)
    return app


def _surround(app: FastAPI, access: Access) -> None:
    """Put around every request what happens around each; what is added last is the outermost."""
    app.add_middleware(LastResort)
    app.add_middleware(BodyLimit, larger=LARGER_BODIES)
    app.add_middleware(Cors, origins=access.origins)
    app.add_middleware(Safeguards)
    app.add_middleware(Correlation)
