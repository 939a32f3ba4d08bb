"""Runs the web application: for browsers on the listening address, and for our own commands on loopback."""

import asyncio
import contextlib
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from agent_console.app import UVICORN_OPTIONS
from ringdesk.certificates import names_for
from ringdesk.installation import Installation


class _Server(uvicorn.Server):
    """Uvicorn inside our own event loop: the service, not the web server, answers signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def origins(installation: Installation) -> frozenset[str]:
    """The addresses under which browsers open the console."""
    settings = installation.settings
    if settings.listens_beyond_this_machine:
        hosts = (f"[{name}]" if ":" in name else name for name in names_for(settings.listen))
        return frozenset({settings.local_url, *(f"https://{host}:{settings.port}" for host in hosts)})
    return frozenset(
        {settings.console_url.rstrip("/"), settings.local_url, f"http://127.0.0.1:{settings.port}"}
    )


async def serve_web(app: FastAPI, installation: Installation) -> None:
    """Serve until cancelled; open connections are closed in order."""
    servers = list(_servers(app, installation))
    try:
        async with asyncio.TaskGroup() as tasks:
            for server in servers:
                tasks.create_task(_serve(server))
    finally:
        for server in servers:
            server.should_exit = True


async def _serve(server: _Server) -> None:
    """A cancelled server still says goodbye to its clients: uvicorn ends by itself once it is told to."""
    serving = asyncio.ensure_future(server.serve())
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise


def _servers(app: FastAPI, installation: Installation) -> Iterator[_Server]:
    settings = installation.settings
    if not settings.listens_beyond_this_machine:
        yield _Server(uvicorn.Config(app, host=settings.listen, port=settings.port, **UVICORN_OPTIONS))
        return
    certificates = installation.home.certificates
    yield _Server(
        uvicorn.Config(
            app,
            host=settings.listen,
            port=settings.port,
            ssl_certfile=str(certificates / "server.crt"),
            ssl_keyfile=str(certificates / "server.key"),
            **UVICORN_OPTIONS,
        )
    )
    local = {**UVICORN_OPTIONS, "lifespan": "off"}
    yield _Server(uvicorn.Config(app, host="127.0.0.1", port=settings.local_port, **local))
