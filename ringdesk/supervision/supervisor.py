"""Keeps the children running: starts them, starts them again with growing pauses, ends them in order."""

import asyncio
from collections.abc import Callable, Iterable

from ringdesk.problem import Problem
from ringdesk.supervision.child import Child, ChildSpec
from ringdesk.supervision.process import Adopted, ProcessIdentity

Say = Callable[[str], None]
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
_STEADY_AFTER_S = 60.0


class Backoff:
    """Pauses between restarts: doubled each time, forgotten after a minute without trouble."""

    def __init__(self) -> None:
        self._next_s = _FIRST_PAUSE_S

    def pause_s(self, lived_s: float) -> float:
        """How long to wait after a child that lived so long."""
        if lived_s >= _STEADY_AFTER_S:
            self._next_s = _FIRST_PAUSE_S
        pause = self._next_s
        self._next_s = min(self._next_s * 2, _LONGEST_PAUSE_S)
        return pause


class Supervisor:
    """Owns the children. `changed` is called with a name after every start of a child."""

    def __init__(self, say: Say, changed: Callable[[str, int], None]) -> None:
        self._say = say
        self._changed = changed
        self._children: dict[str, Child] = {}

    async def start(self, spec: ChildSpec) -> None:
        """Starts a child for the first time and waits until it does its work; Problem when it does not."""
        await self._until_ready(self._spawn(spec))

    async def adopt(self, spec: ChildSpec, identity: ProcessIdentity) -> None:
        """Watches a process that an earlier run left running as if it had been started here."""
        child = Child(spec, Adopted(identity))
        self._children[spec.name] = child
        self._changed(spec.name, identity.pid)
        await self._until_ready(child)

    def release(self, name: str) -> None:
        """Leaves a child running when everything else is ended; the next run adopts it."""
        self._children.pop(name, None)

    async def _until_ready(self, child: Child) -> None:
        if not await child.wait_ready():
            raise Problem(f"{child.spec.name} {child.ending()} before it was ready: {_last_words(child)}")

    async def keep(self) -> None:
        """Watches all started children for ever."""
        async with asyncio.TaskGroup() as group:
            for child in list(self._children.values()):
                group.create_task(self._keep(child), name=f"keep {child.spec.name}")

    async def stop(self, order: Iterable[str]) -> None:
        """Ends the children one after the other, in this order; those not named come last."""
        named = [name for name in order if name in self._children]
        for name in [*named, *(name for name in self._children if name not in named)]:
            await self._children[name].stop()
        self._children.clear()

    def kill(self) -> None:
        """Ends everything at once: someone pressed Ctrl-C twice."""
        for child in self._children.values():
            child.kill()

    async def _keep(self, child: Child) -> None:
        clock = asyncio.get_running_loop().time
        backoff = Backoff()
        while True:
            since = clock()
            await child.wait()
            pause_s = backoff.pause_s(clock() - since)
            name = child.spec.name
            self._say(f"{name} {child.ending()}; starting it again in {pause_s:g} s ({child.spec.output})")
            child.kill()  # what it started must not hold its ports
            await asyncio.sleep(pause_s)
            child = await self._restart(child)

    async def _restart(self, old: Child) -> Child:
        """A new child in the place of the old one; one that is not ready is watched all the same."""
        try:
            child = self._spawn(old.spec)
        except Problem as problem:
            self._say(problem.sentence)
            return old
        try:
            if await child.wait_ready():
                self._say(f"{old.spec.name} runs again")
        except Problem as problem:
            self._say(problem.sentence)
        return child

    def _spawn(self, spec: ChildSpec) -> Child:
        child = Child.start(spec)
        self._children[spec.name] = child
        self._changed(spec.name, child.process.pid)
        return child


def _last_words(child: Child) -> str:
    """The last line it wrote, which usually says why; the frame around a traceback is left out."""
    try:
        said = child.spec.output.read_text(errors="replace").splitlines()
    except OSError:
        said = []
    lines = [words for line in said if (words := line.strip(" |+-"))]
    return f"{lines[-1][:300]} (all of it: {child.spec.output})" if lines else f"see {child.spec.output}"
