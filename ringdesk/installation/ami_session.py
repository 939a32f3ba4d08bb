"""A short session with Asterisk's manager interface, for commands beside the running service."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from cti.ami.framing import Fields
from cti.ami.link import AmiLink
from cti.ami.state import LinkReady, LinkState
from cti.settings import AmiSettings
from ringdesk.problem import Problem

_WITHIN_S = 5.0


@asynccontextmanager
async def ami_session(
    settings: AmiSettings,
    *,
    wanted: frozenset[bytes] = frozenset(),
    on_event: Callable[[Fields], None] = lambda fields: None,
) -> AsyncIterator[AmiLink]:
    """A link that is up, ended with the block. Raises Problem when Asterisk does not let us in."""
    first: asyncio.Future[LinkState] = asyncio.get_running_loop().create_future()

    async def on_state(state: LinkState) -> None:
        if not first.done():
            first.set_result(state)

    link = AmiLink(settings, wanted=wanted, on_event=on_event, on_state=on_state)
    running = asyncio.create_task(link.run())
    try:
        try:
            state = await asyncio.wait_for(first, _WITHIN_S)
        except TimeoutError:
            raise Problem(f"Asterisk's AMI did not answer within {_WITHIN_S:g} s") from None
        if not isinstance(state, LinkReady):
            raise Problem(state.detail)
        yield link
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
