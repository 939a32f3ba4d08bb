"""Set-up steps: order, time, one sentence for a failure, and nothing left running."""

import asyncio
import io
import sys
from pathlib import Path

import pytest

from ringdesk.problem import Problem
from ringdesk.setup.plan import Note, Progress, Step, run_plan
from ringdesk.setup.tool import run_tool
from ringdesk.supervision.process import ProcessIdentity


class Terminal:
    """Progress with a clock of its own, one second a reading."""

    def __init__(self) -> None:
        self.out = io.StringIO()
        self._seconds = iter(range(1000))
        self.progress = Progress(self.out, clock=lambda: float(next(self._seconds)))

    @property
    def lines(self) -> list[str]:
        return self.out.getvalue().splitlines()


async def test_steps_follow_those_they_build_on() -> None:
    order: list[str] = []

    def step(name: str, *after: str) -> Step:
        async def run(note: Note) -> str:
            order.append(name)
            return "done"

        return Step(name, name, run, after)

    await run_plan(
        [step("render", "demo", "asterisk"), step("demo", "database"), step("database"), step("asterisk")],
        Terminal().progress,
    )
    assert order.index("render") == 3
    assert order.index("database") < order.index("demo")


async def test_each_step_prints_its_news_and_its_outcome_with_the_time() -> None:
    async def run(note: Note) -> str:
        note("downloading")
        return "22.10 is there"

    terminal = Terminal()
    await run_plan([Step("asterisk", "Asterisk", run)], terminal.progress)
    assert terminal.lines == [
        "           Asterisk         downloading",
        "    1.0 s  Asterisk         22.10 is there",
    ]


async def test_a_closed_terminal_stops_nothing() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    async def run(note: Note) -> str:
        note("news")
        return "done"

    await run_plan([Step("a", "A", run)], Progress(Closed()))


async def test_the_first_problem_stops_the_rest_and_is_one_sentence() -> None:
    stopped = asyncio.Event()

    async def endless(note: Note) -> str:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return "never"

    async def failing(note: Note) -> str:
        raise Problem("no network")

    with pytest.raises(Problem, match=r"^Console: no network$"):
        await run_plan([Step("a", "Asterisk", endless), Step("c", "Console", failing)], Terminal().progress)
    assert stopped.is_set()


async def test_problems_of_other_parts_are_sentences_too() -> None:
    class PartProblem(Exception):
        sentence = "the mirror cannot be reached"

    async def failing(note: Note) -> str:
        raise PartProblem

    with pytest.raises(Problem, match=r"^Asterisk: the mirror cannot be reached$"):
        await run_plan([Step("a", "Asterisk", failing)], Terminal().progress)


async def test_an_error_nobody_foresaw_is_not_dressed_up() -> None:
    async def failing(note: Note) -> str:
        raise KeyError("bug")

    with pytest.raises(ExceptionGroup) as caught:
        await run_plan([Step("a", "A", failing)], Terminal().progress)
    assert caught.group_contains(KeyError)


async def test_a_step_that_waits_for_a_failed_one_never_runs() -> None:
    async def failing(note: Note) -> str:
        raise Problem("broken")

    order: list[str] = []

    async def later(note: Note) -> str:
        order.append("later")
        return "done"

    with pytest.raises(Problem):
        await run_plan([Step("a", "A", failing), Step("b", "B", later, ("a",))], Terminal().progress)
    assert order == []


async def test_a_cancelled_tool_is_ended_with_what_it_started(tmp_path: Path) -> None:
    marks = tmp_path / "pids"
    marks.mkdir()
    sleeper = (
        f"import os, pathlib, time; pathlib.Path({str(marks)!r}, str(os.getpid())).touch(); time.sleep(60)"
    )
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {sleeper!r}]);" + sleeper
    task = asyncio.create_task(run_tool([sys.executable, "-c", code], tmp_path / "log", folder=tmp_path))
    async with asyncio.timeout(20):
        while len(list(marks.iterdir())) < 2:  # noqa: ASYNC110 - processes outside this loop tell nobody
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while any(ProcessIdentity.of(int(path.name)) for path in marks.iterdir()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            "npm error code ENOTFOUND\nnpm error\nnpm error network request failed\nsee log",
            "npm error network",
        ),
        (
            "error during build:\nBuild failed with 1 error:\nError: Failed to resolve x\n{ errors: [] }",
            "Error: Fai",
        ),
        ("ERROR: No matching distribution found for y\n", "ERROR: No matching"),
        ("nothing in particular\nthe end\n", "the end"),
        ("", "it ended with status 2"),
    ],
)
async def test_a_tool_tells_its_reason(tmp_path: Path, said: str, reason: str) -> None:
    code = f"import sys; print({said!r}); sys.exit(2)"
    result = await run_tool([sys.executable, "-c", code], tmp_path / "log", folder=tmp_path)
    assert result.status == 2
    assert result.last_words().startswith(reason)


async def test_a_tool_without_a_network_is_understood(tmp_path: Path) -> None:
    code = "print('npm error getaddrinfo ENOTFOUND x'); raise SystemExit(1)"
    assert (await run_tool([sys.executable, "-c", code], tmp_path / "log", folder=tmp_path)).no_network
