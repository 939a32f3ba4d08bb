"""Hears on UDP of the SIP messages that pass through Asterisk, and passes on the calls that were refused."""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from cti.domain.refusals import CallTurnedAway
from cti.refused.attempts import Attempts, concerns_a_call
from cti.refused.hep import parse_packet

log = structlog.get_logger(__name__)

RETRY_S = 5.0
# Asked for a proof, a phone sends it at once, over a bad line within seconds.
PROOF_WITHIN_S = 4.0


class CaptureListener(asyncio.DatagramProtocol):
    """What does not come from our Asterisk, or cannot be read, is left out; nothing in it can do harm.

    `key` is asked for each message, for it may have been replaced.
    """

    def __init__(
        self, key: Callable[[], str], attempts: Attempts, refused: Callable[[CallTurnedAway], object]
    ) -> None:
        self._key = key
        self._attempts = attempts
        self._refused = refused

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """One message of Asterisk's."""
        captured = parse_packet(data, self._key(), concerns_a_call)
        fact = self._attempts.take(captured) if captured is not None else None
        if fact is not None:
            self._refused(fact)

    def look_for_strangers(self) -> None:
        """Pass on who was asked for a proof and sent none, or a wrong one, until now."""
        for fact in self._attempts.strangers():
            self._refused(fact)

    def error_received(self, exc: Exception) -> None:
        """Nothing is ever sent, so this says nothing."""


async def listen(port: int, make: Callable[[], CaptureListener]) -> None:
    """Listens on loopback until cancelled; a port that is taken is tried again, for calls do not need it."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            transport, listener = await loop.create_datagram_endpoint(make, local_addr=("127.0.0.1", port))
        except OSError as problem:
            log.warning("refused calls are not heard of", port=port, problem=str(problem))
            await asyncio.sleep(RETRY_S)
            continue
        try:
            while True:
                await asyncio.sleep(PROOF_WITHIN_S)
                listener.look_for_strangers()
        finally:
            transport.close()
