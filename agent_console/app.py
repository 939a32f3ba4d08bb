"""Builds the web application: REST, the live websocket and the console's files behind one guard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from agent_console.api import openapi
from agent_console.api.common import errors
from agent_console.api.routers import api_routes
from agent_console.http.api_version import API, OldAddresses
from agent_console.http.guard import Guard
from agent_console.http.leaving import Leaving
from agent_console.http.live_wire import LiveProtocol
from agent_console.http.static import Console
from agent_console.http.wire import BoundedHttp
from agent_console.services.assembly import Services, attach
from agent_console.services.deps import ConsoleDeps

UVICORN_OPTIONS: dict[str, Any] = {
    "http": BoundedHttp,
    "ws": LiveProtocol,
    # The gateway itself closes what is longer than its own bound, with a code that the console knows.
    "ws_max_size": 65_536,
    "ws_per_message_deflate": False,
    "ws_ping_interval": None,
    "server_header": False,
    "proxy_headers": False,
    "access_log": False,
    # Everything goes through the one masked pipeline of the service.
    "log_config": None,
    "timeout_graceful_shutdown": 3,
}
"""What the web server in front must be told; the rest is its default."""


def create_app(deps: ConsoleDeps) -> FastAPI:
    """The application. Its lifespan runs the gateway; without it only REST works."""
    services = Services.build(deps)
    app = FastAPI(
        title=openapi.TITLE,
        version=openapi.VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        redirect_slashes=False,
        # Addresses and searches hold callers' numbers: nothing of them leaves by itself.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        lifespan=_lifespan,
    )
    attach(app, services)
    errors.install(app)
    app.router.routes.extend(api_routes().routes)
    app.router.default = Console(deps.web_dist)
    app.add_middleware(Leaving)
    app.add_middleware(
        Guard,
        origins=services.origins,
        phone_at=deps.phone.socket_origin,
        max_body_bytes=deps.settings.max_body_bytes,
    )
    app.add_middleware(OldAddresses)
    openapi.install(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    async with asyncio.TaskGroup() as tasks:
        working = [
            tasks.create_task(services.keep_running(name, part), name=name)
            for name, part in (("gateway", services.hub.run), ("sessions", services.keep_sessions))
        ]
        await services.hub.ready.wait()
        try:
            yield
        finally:
            for task in working:
                task.cancel()
    await services.sessions.close()
    await services.flush_sessions()
    services.passwords.close()
