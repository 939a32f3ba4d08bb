"""The door of the live websocket: who may come in, and with which code the others are sent away."""

import time

from fastapi import APIRouter
from starlette.websockets import WebSocket

from agent_console.api.common.access import COOKIE
from agent_console.auth.sessions import SignedIn
from agent_console.gateway.protocol import CloseCode, CloseConnection
from agent_console.gateway.session import Session, say_goodbye
from agent_console.gateway.visibility import Viewer
from agent_console.http.live_wire import wire_of
from agent_console.services.assembly import Services, services_of
from office.rules.roles import Privilege
from storage.scope import Everything, Own, Teams

router = APIRouter()


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    """One console's live connection, from the handshake to its end."""
    services = services_of(socket)
    settings = services.deps.settings.gateway
    # A refused handshake shows a browser no reason, so everyone is let in and then told why they must go.
    try:
        session = await _session_for(socket, services)
        services.hub.admit(session)
    except CloseConnection as problem:
        await socket.accept()
        await say_goodbye(socket, problem, settings.close_seconds)
        return
    try:
        await socket.accept()
        if (wire := wire_of(socket.scope)) is not None:
            wire.settle()
        await session.run()
    finally:
        services.hub.leave(session)


async def _session_for(socket: WebSocket, services: Services) -> Session:
    if not services.origins.allows(socket.headers.get("origin")):
        raise CloseConnection(CloseCode.FOREIGN_ORIGIN, "this page is not the console")
    token = socket.cookies.get(COOKIE)
    who = await services.sessions.find(token) if token else None
    if who is None:
        raise CloseConnection(CloseCode.NOT_SIGNED_IN, "not signed in")
    return Session(
        socket,
        services.hub,
        _viewer(who),
        user_id=who.user_id,
        token_hash=who.token_hash,
        terms=who.terms,
        opened_at=services.deps.clock(),
        expires_at=who.expires_at,
        settings=services.deps.settings.gateway,
        now=time.monotonic(),
        short_cut=wire_of(socket.scope),
    )


def _viewer(who: SignedIn) -> Viewer:
    match who.scope(Privilege.SEE_ALL_CALLS):
        case Everything():
            return Viewer(who.ext, sees_all_calls=True)
        case Teams(extensions=extensions):
            return Viewer(who.ext, sees_all_calls=False, team=extensions - {who.ext or ""})
        case Own():
            return Viewer(who.ext, sees_all_calls=False)
