"""Bounds on what may be tried how often: sign-ins of one login and one address, above all."""

import ipaddress
import math
import time

from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from agent_console.settings import SignInSettings


class TooManyAttempts(Exception):
    """Try again after `retry_after_s` seconds."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class Allowance:
    """So much of one thing within a time, for each key; `rate` like "10 per minute". Kept in memory."""

    def __init__(self, rate: str) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._rate = parse(rate)

    async def take(self, key: str) -> None:
        """Count one more. Raises TooManyAttempts when none is left."""
        if not await self._limiter.hit(self._rate, key):
            stats = await self._limiter.get_window_stats(self._rate, key)
            raise TooManyAttempts(max(1, math.ceil(stats.reset_time - time.time())))

    async def renew(self, key: str) -> None:
        """Forget what was taken."""
        await self._limiter.clear(self._rate, key)


class Throttle:
    """Counts before the password is looked at, so that many tries at once do not slip through.

    A login that is guessed at is closed for its owner too; that is the price of bounding a guesser who has
    many addresses, and it ends by itself after the window.
    """

    def __init__(self, settings: SignInSettings) -> None:
        self._per_login = Allowance(settings.failures_per_login)
        self._per_address = Allowance(settings.attempts_per_address)

    async def attempt(self, login: str, address: str) -> None:
        """Count an attempt. Raises TooManyAttempts."""
        await self._per_address.take(network_of(address))
        await self._per_login.take(login)

    async def succeeded(self, login: str) -> None:
        """The right password was given: what failed before is forgiven."""
        await self._per_login.renew(login)


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
