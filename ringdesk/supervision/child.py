"""One child process: started in a group of its own, watched until ready, ended in order."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ringdesk.problem import Problem, sentence_of
from ringdesk.supervision.own_time import Moment, idle_s
from ringdesk.supervision.process import UNKNOWN, Running, Started, signal_group
from ringdesk.supervision.pulse import Pulse

_POLL_S = 0.1
_WATCH_S = 1.0
_MEASURE_S = 0.3
# A start that has run for ten times as long as it may be idle runs in circles.
_RUNS_TO_IDLE = 10
_OUTPUT_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What to start and how to tell that it does its work.

    `ready` is asked until it returns true; it may take its time. A start has failed when nothing of the child
    ran or wanted to run for `ready_within_s`: on a busy machine it takes as long as it takes. With `silent_s`
    it is asked for ever: a child that gives no answer in so much time of its own hangs, and is ended.
    """

    name: str
    command: tuple[str, ...]
    output: Path
    ready: Callable[[], Awaitable[bool]]
    ready_within_s: float = 30.0
    stop_within_s: float = 5.0
    silent_s: float | None = None
    niceness: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)


class Child:
    """A started child. What it writes before its own log is open goes to the output file."""

    def __init__(self, spec: ChildSpec, process: Running) -> None:
        self.spec = spec
        self.process = process
        watch_s = _WATCH_S if spec.silent_s is None else min(_WATCH_S, spec.silent_s / 4)
        self._watch_s = watch_s
        self._pulse = Pulse(spec.ready, lambda: process.pid, patience_s=watch_s)
        # A long start is no silence: that counts from the first sign of life.
        self._heard = False
        self._hung = False

    @classmethod
    def start(cls, spec: ChildSpec) -> "Child":
        """Starts it. Raises Problem when that is not possible: no program, no room, too many files."""
        try:
            _keep_small(spec.output)
            with spec.output.open("ab") as output:
                process = subprocess.Popen(  # noqa: S603 - returns at once; programs of our own
                    _nicer(spec),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **spec.environment},
                    # Its own session: Ctrl-C at the terminal must not reach it, the supervisor ends it in
                    # turn. And where the kernel shares out processors by sessions (autogroups), a program
                    # of a thousand threads cannot crowd out one of a single thread.
                    start_new_session=True,
                )
        except OSError as error:
            raise Problem(f"{spec.name} cannot be started: {sentence_of(error)}") from None
        return cls(spec, Started(process))

    async def wait_ready(self) -> bool:
        """True once it does its work, False when it ended before. Raises Problem when it gets nowhere."""
        start, idle = Moment.of(self.process.pid), 0.0
        earlier = start
        while self.process.returncode is None:
            if await self._answers():
                return True
            await asyncio.sleep(_POLL_S)
            if start is None or earlier is None or time.monotonic() - earlier.at < _MEASURE_S:
                continue
            if (later := Moment.of(self.process.pid)) is not None:
                idle += idle_s(earlier, later, 3 * self._watch_s)
                earlier = later
                self._refuse_to_wait(idle, later.all_ran_s - start.all_ran_s)
        return False

    def _refuse_to_wait(self, idle_s: float, ran_s: float) -> None:
        limit_s = self.spec.ready_within_s
        if idle_s >= limit_s:
            why = f"nothing happened for {limit_s:g} s"
        elif ran_s >= limit_s * _RUNS_TO_IDLE:
            why = f"it has used {ran_s:.0f} s of processor time"
        else:
            return
        raise Problem(f"{self.spec.name} did not become ready: {why}; see {self.spec.output}")

    async def wait(self) -> None:
        """Until it has ended, by itself or because it hung."""
        watching = asyncio.create_task(self._end_when_silent())
        try:
            await self.process.wait()
        finally:
            watching.cancel()
            self._pulse.close()

    async def stop(self) -> None:
        """Asks it to end, insists after a while, and takes what it started along."""
        await self._end_by(signal.SIGTERM)

    async def _answers(self) -> bool:
        answered = await self._pulse.look()
        self._heard = self._heard or answered
        return answered

    async def _end_by(self, request: signal.Signals) -> None:
        if self.process.returncode is None:
            signal_group(self.process.pid, request)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), self.spec.stop_within_s)
        self.kill()
        await self.process.wait()

    async def _end_when_silent(self) -> None:
        while self.spec.silent_s is not None:
            await self._answers()
            if self._heard and self._pulse.silent_s >= self.spec.silent_s:
                self._hung = True
                # Python writes down where it hangs before it ends (PYTHONFAULTHANDLER).
                await self._end_by(signal.SIGABRT)
                return
            await asyncio.sleep(self._watch_s)

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
        if status == UNKNOWN:
            return "ended"
        return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"


def _nicer(spec: ChildSpec) -> tuple[str, ...]:
    """Coreutils' nice becomes the command itself, so the process id stays."""
    return ("nice", "-n", str(spec.niceness), *spec.command) if spec.niceness else spec.command


def _keep_small(output: Path) -> None:
    """Starts anew when the file has grown: at a start, for nobody writes to it then."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        if output.stat().st_size > _OUTPUT_BYTES:
            output.replace(output.with_suffix(output.suffix + ".1"))
