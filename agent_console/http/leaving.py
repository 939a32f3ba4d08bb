"""Ends the work on an answer that nobody waits for any more, because the browser has gone or asks anew."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent_console.http.guard import SAFE_METHODS


class Leaving:
    """ASGI middleware: cancels what only reads when its client has gone; what changes something goes on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] not in SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        answered = False
        # Bounded by what a request may hold; the guard outside counts it.
        came: asyncio.Queue[Message] = asyncio.Queue()

        async def sent(message: Message) -> None:
            nonlocal answered
            await send(message)
            answered = message["type"] == "http.response.body" and not message.get("more_body", False)

        async def until_gone() -> None:
            message: Message = {"type": ""}
            while message["type"] != "http.disconnect":
                message = await receive()
                await came.put(message)

        working = asyncio.ensure_future(self._app(scope, came.get, sent))
        waiting = asyncio.ensure_future(until_gone())
        try:
            await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
            left = waiting.done() and waiting.exception() is None and not answered
            if working.done() or not left:
                await working
        finally:
            working.cancel()
            waiting.cancel()
            await asyncio.gather(working, waiting, return_exceptions=True)
