"""Keeps a running Asterisk to the specification that is wanted: rendered, read by it, and tried again."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from asterisk_conf.apply import apply
from asterisk_conf.server import AsteriskServer
from asterisk_conf.spec import TelephonySpec

log = structlog.get_logger(__name__)

# An Asterisk that does not answer, or an owner's folder that is not ours to write, needs somebody's hand.
AFTER_TROUBLE_S = 10.0


class Configuration:
    """`server` gives the Asterisk that a specification is for. Calls are not touched by what changes."""

    def __init__(self, server: Callable[[TelephonySpec], AsteriskServer]) -> None:
        self._server = server
        self._wanted: TelephonySpec | None = None
        self._changed = asyncio.Event()
        self.trouble: str | None = None
        """What keeps Asterisk from having what is wanted, None when it has it."""

    def want(self, spec: TelephonySpec) -> None:
        """This is what Asterisk is to have from now on."""
        if spec != self._wanted:
            self._wanted = spec
            self._changed.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(AFTER_TROUBLE_S if self.trouble else None):
                    await self._changed.wait()
            self._changed.clear()
            try:
                await self._bring()
            except Exception as problem:
                # Asterisk keeps what it has, or will be told of what it has not read yet.
                self._report(str(problem) or repr(problem))

    async def _bring(self) -> None:
        spec = self._wanted
        if spec is not None:
            changed = await apply(self._server(spec), spec)
            self.trouble = None
            if changed:
                log.info("configuration applied", files=[path.name for path in changed])

    def _report(self, trouble: str) -> None:
        if trouble != self.trouble:
            log.warning("configuration not applied", problem=trouble)
        self.trouble = trouble
