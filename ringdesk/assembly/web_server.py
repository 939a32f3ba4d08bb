"""Runs the web application: for browsers on the listening address, for programs on loopback."""

import asyncio
from collections.abc import Iterator
from typing import Any

import uvicorn
from fastapi import FastAPI

from agent_console.app import UVICORN_OPTIONS
from agent_console.http.reception import Server
from ringdesk.assembly.open_files import Shares
from ringdesk.installation.addresses import names_for
from ringdesk.installation.installation import Installation


def origins(installation: Installation) -> frozenset[str]:
    """The addresses under which browsers open the console."""
    settings = installation.settings
    if settings.listens_beyond_this_machine:
        hosts = (f"[{name}]" if ":" in name else name for name in names_for(settings.listen))
        return frozenset({settings.local_url, *(f"https://{host}:{settings.port}" for host in hosts)})
    return frozenset(
        {settings.console_url.rstrip("/"), settings.local_url, f"http://127.0.0.1:{settings.port}"}
    )


async def serve_web(
    app: FastAPI, installation: Installation, shares: Shares, listening: asyncio.Event
) -> None:
    """Serve until cancelled; open connections are closed in order. `listening` is set when they can come."""
    servers = list(_servers(app, installation, shares))
    try:
        async with asyncio.TaskGroup() as tasks:
            for server in servers:
                tasks.create_task(_serve(server))
            for server in servers:
                await server.listening.wait()
            listening.set()
    finally:
        for server in servers:
            server.stop()


async def _serve(server: Server) -> None:
    """A cancelled server still says goodbye to its clients: uvicorn ends by itself once it is told to."""
    serving = asyncio.ensure_future(server.serve())
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.stop()
        await serving
        raise


def _servers(app: FastAPI, installation: Installation, shares: Shares) -> Iterator[Server]:
    settings = installation.settings
    options: dict[str, Any] = {"app": app, "host": settings.listen, "port": settings.port, **UVICORN_OPTIONS}
    if not settings.listens_beyond_this_machine:
        yield Server(uvicorn.Config(**options), shares.console)
        return
    certificates = installation.home.certificates
    tls: dict[str, Any] = {
        "ssl_certfile": str(certificates / "server.crt"),
        "ssl_keyfile": str(certificates / "server.key"),
    }
    yield Server(uvicorn.Config(**options, **tls), shares.console)
    local: dict[str, Any] = {"host": "127.0.0.1", "port": settings.local_port, "lifespan": "off"}
    yield Server(uvicorn.Config(**{**options, **local}), shares.local)
