"""Flows in use: a change is for new calls, a broken change is refused and told, the old flow stays."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.flow.flow import Flow
from ivr.flow.problem import Severity
from ivr.flow_folder import FlowFolder
from ivr.flow_store import FlowStore
from ivr.prompts.speech import SpeechError
from tests.support.flows import SMALL

QUEUES = {"sales", "service"}


class Folder:
    """A folder of flows whose files change at distinct times."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._time_ns = 1_700_000_000_000_000_000

    def write(self, text: str, name: str = "small") -> None:
        file = self.path / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        self._time_ns += 1_000_000
        os.utime(file, ns=(self._time_ns, self._time_ns))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_flows_are_read_from_the_folder(folder: Folder) -> None:
    folder.write(SMALL)
    folder.write(SMALL, "other")
    (folder.path / "notes.txt").write_text("not a flow")
    store = FlowStore(FlowFolder(folder.path), lambda: QUEUES)
    store.refresh()
    assert [flow.name for flow in store.flows] == ["other", "small"]
    assert store.problems == ()
    assert store.get("nothing") is None


def test_a_change_is_for_new_calls_and_a_call_in_progress_keeps_its_flow(folder: Folder) -> None:
    folder.write(SMALL)
    store = FlowStore(FlowFolder(folder.path))
    store.refresh()
    in_progress = store.get("small")
    folder.write(SMALL.replace("tries: 3", "tries: 1"))
    store.refresh()
    fresh = store.get("small")
    assert in_progress is not None
    assert fresh is not None
    assert fresh.edition.digest != in_progress.edition.digest
    assert in_progress.document.steps["main"].model_dump()["tries"] == 3


def test_what_did_not_change_is_not_read_again(folder: Folder) -> None:
    folder.write(SMALL)
    store = FlowStore(FlowFolder(folder.path))
    store.refresh()
    first = store.get("small")
    store.refresh()
    assert store.get("small") is first


@pytest.mark.parametrize(
    ("broken", "line", "reason"),
    [
        (SMALL.replace("tries: 3", "tries: 9"), 31, "less than or equal to 5"),
        (SMALL.replace("person: service", "person: nobody"), 33, "'nobody', which is no step"),
        (SMALL.replace("queue: sales", "queue: sails"), 35, "'sails', which does not exist"),
        ("format: [", 1, "expected"),
    ],
)
def test_a_broken_file_is_refused_with_file_line_and_reason_and_the_running_flow_stays(
    folder: Folder, broken: str, line: int, reason: str
) -> None:
    folder.write(SMALL)
    store = FlowStore(FlowFolder(folder.path), lambda: QUEUES)
    store.refresh()
    running = store.get("small")
    folder.write(broken)
    store.refresh()
    store.refresh()
    assert store.get("small") is running
    problem = store.problems[0]
    assert problem.file == str(folder.path / "small.yaml")
    assert reason in problem.reason
    assert abs(problem.line - line) <= 1
    folder.write(SMALL + "\n")
    store.refresh()
    assert store.problems == ()
    assert store.get("small") is not running


def test_a_file_broken_from_the_start_leaves_no_flow(folder: Folder) -> None:
    folder.write("nonsense")
    store = FlowStore(FlowFolder(folder.path))
    store.refresh()
    assert store.get("small") is None
    assert store.problems[0].severity is Severity.ERROR


def test_a_deleted_flow_serves_on_and_is_told(folder: Folder) -> None:
    folder.write(SMALL)
    store = FlowStore(FlowFolder(folder.path))
    store.refresh()
    (folder.path / "small.yaml").unlink()
    for _ in range(2):
        store.refresh()
        assert store.get("small") is not None
        assert [problem.reason for problem in store.problems] == [
            "the file is gone, its last version serves new calls"
        ]
    folder.write(SMALL)
    store.refresh()
    assert store.problems == ()


def test_a_queue_that_comes_to_exist_makes_a_refused_flow_usable(folder: Folder) -> None:
    queues = {"service"}
    folder.write(SMALL)
    store = FlowStore(FlowFolder(folder.path), lambda: queues)
    store.refresh()
    assert store.get("small") is None
    queues.add("sales")
    store.refresh()
    assert store.get("small") is not None


def test_a_file_that_cannot_be_read_is_told(folder: Folder) -> None:
    folder.write(SMALL)
    store = FlowStore(FlowFolder(folder.path))
    store.refresh()
    (folder.path / "small.yaml").unlink()
    (folder.path / "small.yaml").symlink_to(folder.path / "small.yaml")  # a circle
    store.refresh()
    assert store.get("small") is not None
    assert store.problems


async def test_watching_picks_a_change_up(folder: Folder) -> None:
    folder.write(SMALL)
    store = FlowStore(FlowFolder(folder.path))
    watcher = asyncio.create_task(store.watch(every_s=0.001))
    await until(lambda: store.get("small") is not None)
    folder.write("nonsense")
    await until(lambda: store.problems != ())
    assert store.get("small") is not None
    watcher.cancel()
    await asyncio.gather(watcher, return_exceptions=True)


async def until(happened: Callable[[], bool]) -> None:
    for _ in range(2000):
        if happened():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen")


class Voice:
    """Speaks flows, or cannot."""

    def __init__(self) -> None:
        self.spoken: list[str] = []
        self.problem: Exception | None = None

    def __call__(self, flow: Flow) -> None:
        if self.problem is not None:
            raise self.problem
        self.spoken.append(flow.edition.digest)


CHANGED = SMALL.replace("tries: 3", "tries: 1")


@pytest.mark.parametrize("problem", [SpeechError("no voice."), OSError(28, "No space left on device")])
def test_a_change_is_taken_when_it_is_spoken_and_not_before(folder: Folder, problem: Exception) -> None:
    folder.write(SMALL)
    voice = Voice()
    store = FlowStore(FlowFolder(folder.path), speak=voice)
    store.refresh()
    before = store.get("small")
    assert before is not None
    assert voice.spoken == [before.edition.digest]
    voice.problem = problem
    folder.write(CHANGED)
    for _ in range(2):
        store.refresh()
        assert store.get("small") is before
        assert [p.severity for p in store.problems] == [Severity.ERROR]
        assert "cannot be spoken" in str(store.problems[0])
    # Without another change: the disk has room again.
    voice.problem = None
    store.refresh()
    after = store.get("small")
    assert after is not None
    assert voice.spoken == [before.edition.digest, after.edition.digest]
    assert store.problems == ()
    store.refresh()
    assert len(voice.spoken) == 2


def test_a_first_flow_serves_calls_without_its_sound(folder: Folder) -> None:
    folder.write(SMALL)
    voice = Voice()
    voice.problem = SpeechError("no voice")
    store = FlowStore(FlowFolder(folder.path), speak=voice)
    store.refresh()
    assert store.get("small") is not None
    assert len(store.problems) == 1
    store.refresh()
    assert len(store.problems) == 1
    voice.problem = None
    store.refresh()
    assert len(voice.spoken) == 1
    assert list(store.problems) == []
