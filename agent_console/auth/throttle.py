"""Slows guessing down: how many sign-ins one login and one address may try."""

import ipaddress
import math
import time

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from agent_console.settings import SignInSettings


class TooManyAttempts(Exception):
    """Try again after `retry_after_s` seconds."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class Throttle:
    """Counts before the password is looked at, so that many tries at once do not slip through.

    A login that is guessed at is closed for its owner too; that is the price of bounding a guesser who has
    many addresses, and it ends by itself after the window.
    """

    def __init__(self, settings: SignInSettings) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._per_login = parse(settings.failures_per_login)
        self._per_address = parse(settings.attempts_per_address)

    async def attempt(self, login: str, address: str) -> None:
        """Count an attempt. Raises TooManyAttempts."""
        await self._hit(self._per_address, "address", network_of(address))
        await self._hit(self._per_login, "login", login)

    async def succeeded(self, login: str) -> None:
        """The right password was given: what failed before is forgiven."""
        await self._limiter.clear(self._per_login, "login", login)

    async def _hit(self, limit: RateLimitItem, kind: str, key: str) -> None:
        if not await self._limiter.hit(limit, kind, key):
            stats = await self._limiter.get_window_stats(limit, kind, key)
            raise TooManyAttempts(max(1, math.ceil(stats.reset_time - time.time())))


def network_of(address: str) -> str:
    """The address to count by: whoever has one IPv6 address has 2**64 of them."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
