"""One child process: started in a group of its own, watched until ready, ended in order."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ringdesk.problem import Problem, sentence_of
from ringdesk.supervision.process import signal_group

_POLL_S = 0.1
_WATCH_S = 1.0
_OUTPUT_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What to start and how to tell that it does its work.

    `ready` is called again and again until it returns true; each call must return within a second or so.
    With `silent_s` it is asked for ever: a child that has not been ready for so long hangs, and is ended.
    """

    name: str
    command: tuple[str, ...]
    output: Path
    ready: Callable[[], Awaitable[bool]]
    ready_within_s: float = 30.0
    stop_within_s: float = 5.0
    silent_s: float | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


class Child:
    """A started child. What it writes before its own log is open goes to the output file."""

    def __init__(self, spec: ChildSpec, process: asyncio.subprocess.Process) -> None:
        self.spec = spec
        self.process = process
        # A long start is no silence: that counts from the first sign of life.
        self._heard: float | None = None
        self._hung = False

    @classmethod
    async def start(cls, spec: ChildSpec) -> "Child":
        """Starts it. Raises Problem when that is not possible: no program, no room, too many files."""
        try:
            _keep_small(spec.output)
            with spec.output.open("ab") as output:
                process = await asyncio.create_subprocess_exec(
                    *spec.command,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=asyncio.subprocess.STDOUT,
                    env={**os.environ, **spec.environment},
                    # Its own group: Ctrl-C at the terminal must not reach it, the supervisor ends it in turn.
                    process_group=0,
                )
        except OSError as error:
            raise Problem(f"{spec.name} cannot be started: {sentence_of(error)}") from None
        return cls(spec, process)

    async def wait_ready(self) -> bool:
        """True once it does its work, False when it ended before. Raises Problem when it takes too long."""
        try:
            async with asyncio.timeout(self.spec.ready_within_s):
                while self.process.returncode is None:
                    if await self._asked():
                        return True
                    await asyncio.sleep(_POLL_S)
        except TimeoutError:
            raise Problem(
                f"{self.spec.name} did not become ready within {self.spec.ready_within_s:.0f} s; "
                f"see {self.spec.output}"
            ) from None
        return False

    async def wait(self) -> None:
        """Until it has ended, by itself or because it hung."""
        watching = asyncio.create_task(self._end_when_silent())
        try:
            await self.process.wait()
        finally:
            watching.cancel()

    async def stop(self) -> None:
        """Asks it to end, insists after a while, and takes what it started along."""
        await self._end_by(signal.SIGTERM)

    async def _asked(self) -> bool:
        ready = await self.spec.ready()
        if ready:
            self._heard = asyncio.get_running_loop().time()
        return ready

    async def _end_by(self, request: signal.Signals) -> None:
        if self.process.returncode is None:
            signal_group(self.process.pid, request)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), self.spec.stop_within_s)
        self.kill()
        await self.process.wait()

    async def _end_when_silent(self) -> None:
        clock, silent_s = asyncio.get_running_loop().time, self.spec.silent_s
        while silent_s is not None:
            ready = await self._asked()
            if not ready and self._heard is not None and clock() - self._heard >= silent_s:
                self._hung = True
                # Python writes down where it hangs before it ends (PYTHONFAULTHANDLER).
                await self._end_by(signal.SIGABRT)
                return
            await asyncio.sleep(min(_WATCH_S, silent_s / 2))

    def kill(self) -> None:
        """Ends it and all that it started at once."""
        signal_group(self.process.pid, signal.SIGKILL)

    def ending(self) -> str:
        """How it ended, for people."""
        status = self.process.returncode
        if self._hung:
            return f"did not answer for {self.spec.silent_s:g} s and was ended"
        if status is None:
            return "still runs"
        return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"


def _keep_small(output: Path) -> None:
    """Starts anew when the file has grown: at a start, for nobody writes to it then."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        if output.stat().st_size > _OUTPUT_BYTES:
            output.replace(output.with_suffix(output.suffix + ".1"))
