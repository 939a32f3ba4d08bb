"""Runs the set-up steps, each as soon as those it builds on are done, with one line and its time for each."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TextIO

from ringdesk.problem import Problem, sentence_of

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to get ready. `run` gets a function to report progress and returns the outcome in words."""

    name: str
    title: str
    run: Callable[[Note], Awaitable[str]]
    after: tuple[str, ...] = field(default=())


class Progress:
    """Prints the lines that a person at the terminal watches."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock = clock

    def line(self, title: str, text: str, since: float | None = None) -> None:
        """One line; with the seconds since a reading of the clock when something was finished."""
        spent = " " * 9 if since is None else f"{self._clock() - since:7.1f} s"
        self.say(f"{spent}  {title:<16} {text}")

    def say(self, text: str) -> None:
        """Any other line. A closed terminal is not a reason to stop: calls are under way."""
        with suppress(OSError):
            print(text, file=self._out, flush=True)

    def now(self) -> float:
        """A reading of the clock."""
        return self._clock()


async def run_plan(steps: Sequence[Step], progress: Progress) -> None:
    """Runs all steps. The first failure stops the others and is raised as Problem with the step's title."""
    done = {step.name: asyncio.Event() for step in steps}
    try:
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(_run_step(step, done, progress), name=step.name)
    except BaseExceptionGroup as failures:
        problems = failures.subgroup(Problem)
        if problems is None:
            raise
        # Whatever else failed did so because of this one or at the same moment; one sentence is enough.
        raise first_leaf(problems) from None


async def _run_step(step: Step, done: dict[str, asyncio.Event], progress: Progress) -> None:
    for earlier in step.after:
        await done[earlier].wait()
    since = progress.now()
    try:
        outcome = await step.run(lambda text: progress.line(step.title, text))
    except Exception as error:
        sentence = sentence_of(error)
        if sentence is None:
            raise
        raise Problem(f"{step.title}: {sentence}") from error
    progress.line(step.title, outcome, since)
    done[step.name].set()


def first_leaf(error: BaseException) -> BaseException:
    """The first single exception of a group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
