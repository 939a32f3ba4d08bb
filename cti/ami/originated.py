"""What came of a call that was originated: Asterisk tells it in an event, after the action's own answer."""

import asyncio

from cti.ami.framing import Fields

ORIGINATED = frozenset({b"OriginateResponse"})
"""The event that a link has to want for it."""


class Originated:
    """Waits for the outcome of one call, by the id that was given to its channel."""

    def __init__(self, channel_id: str) -> None:
        self._channel_id = channel_id
        self._outcome: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def take(self, fields: Fields) -> None:
        """One event of the link; of other calls there may be some as well."""
        channel_id = fields.get("ChannelId", fields.get("Uniqueid", ""))
        if channel_id.startswith(self._channel_id) and not self._outcome.done():
            self._outcome.set_result(fields.get("Response") == "Success")

    async def answered(self, *, within_s: float) -> bool:
        """Whether the other side answered. Raises TimeoutError when nothing is told in that time."""
        async with asyncio.timeout(within_s):
            return await self._outcome
