"""What every source of flows keeps to: the folder of files, and one in memory that stands for a database."""

import os
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Protocol

import pytest

from ivr.flow.source import Edition, FlowSource, Stage, Unreadable
from ivr.flow_folder import FlowFolder
from ivr.flow_store import FlowStore
from tests.support.flows import SMALL

DRAFTED = SMALL.replace("tries: 3", "tries: 1")


class Desk(Protocol):
    """A source with an author at it."""

    source: FlowSource

    def write(self, name: str, text: str, stage: Stage) -> None: ...
    def remove(self, name: str, stage: Stage) -> None: ...


class FolderDesk:
    """Files, each written later than the one before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source: FlowSource = FlowFolder(folder)
        self._seconds = 1_700_000_000

    def path(self, name: str, stage: Stage) -> Path:
        return self.folder / (f"{name}.draft.yaml" if stage is Stage.DRAFT else f"{name}.yaml")

    def write(self, name: str, text: str, stage: Stage) -> None:
        self._seconds += 1
        self.path(name, stage).write_text(text, encoding="utf-8")
        os.utime(self.path(name, stage), (self._seconds, self._seconds))

    def remove(self, name: str, stage: Stage) -> None:
        self.path(name, stage).unlink()


class MemoryDesk:
    """Rows as a database would hold them: every change is a new version."""

    def __init__(self) -> None:
        self.source: FlowSource = self
        self._rows: dict[tuple[Stage, str], Edition] = {}
        self._version = 0

    def write(self, name: str, text: str, stage: Stage) -> None:
        self._version += 1
        self._rows[stage, name] = Edition(name, f"flow {name}", text.encode(), str(self._version), stage)

    def remove(self, name: str, stage: Stage) -> None:
        del self._rows[stage, name]

    def listed(self, stage: Stage) -> Mapping[str, Hashable]:
        return {name: row.version for (kept, name), row in sorted(self._rows.items()) if kept is stage}

    def read(self, name: str, stage: Stage) -> Edition:
        try:
            return self._rows[stage, name]
        except KeyError:
            raise Unreadable(f"flow {name}", "it is gone", "Write it again") from None


@pytest.fixture(params=["folder", "memory"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    return FolderDesk(tmp_path) if request.param == "folder" else MemoryDesk()


def test_published_and_draft_are_two_editions_of_one_flow(desk: Desk) -> None:
    desk.write("small", SMALL, Stage.PUBLISHED)
    desk.write("small", DRAFTED, Stage.DRAFT)
    desk.write("other", SMALL, Stage.DRAFT)
    assert list(desk.source.listed(Stage.PUBLISHED)) == ["small"]
    assert list(desk.source.listed(Stage.DRAFT)) == ["other", "small"]
    published = desk.source.read("small", Stage.PUBLISHED)
    draft = desk.source.read("small", Stage.DRAFT)
    assert (published.name, published.stage, published.text) == ("small", Stage.PUBLISHED, SMALL.encode())
    assert (draft.name, draft.stage, draft.text) == ("small", Stage.DRAFT, DRAFTED.encode())
    assert published.digest != draft.digest
    assert published.version != draft.version


def test_a_mark_changes_with_the_text_and_only_then(desk: Desk) -> None:
    desk.write("small", SMALL, Stage.PUBLISHED)
    first, version = desk.source.listed(Stage.PUBLISHED), desk.source.read("small", Stage.PUBLISHED).version
    assert desk.source.listed(Stage.PUBLISHED) == first
    desk.write("small", DRAFTED, Stage.PUBLISHED)
    assert desk.source.listed(Stage.PUBLISHED) != first
    assert desk.source.read("small", Stage.PUBLISHED).version != version


def test_what_is_not_there_is_refused_in_words(desk: Desk) -> None:
    desk.write("small", SMALL, Stage.PUBLISHED)
    desk.remove("small", Stage.PUBLISHED)
    assert desk.source.listed(Stage.PUBLISHED) == {}
    with pytest.raises(Unreadable, match="small") as refused:
        desk.source.read("small", Stage.PUBLISHED)
    assert refused.value.reason
    assert refused.value.advice


def test_callers_hear_what_is_published_and_no_draft(desk: Desk) -> None:
    desk.write("small", DRAFTED, Stage.DRAFT)
    store = FlowStore(desk.source)
    store.refresh()
    assert store.get("small") is None
    assert store.problems == ()
    desk.write("small", SMALL, Stage.PUBLISHED)
    store.refresh()
    flow = store.get("small")
    assert flow is not None
    assert flow.edition == desk.source.read("small", Stage.PUBLISHED)


def test_what_is_gone_from_any_source_serves_on(desk: Desk) -> None:
    desk.write("small", SMALL, Stage.PUBLISHED)
    store = FlowStore(desk.source)
    store.refresh()
    before = store.get("small")
    desk.remove("small", Stage.PUBLISHED)
    store.refresh()
    assert store.get("small") is before is not None
    assert len(store.problems) == 1


def test_the_version_of_a_file_is_the_time_of_its_last_change(tmp_path: Path) -> None:
    FolderDesk(tmp_path).write("small", SMALL, Stage.PUBLISHED)
    assert FlowFolder(tmp_path).read("small", Stage.PUBLISHED).version == "2023-11-14T22:13:21Z"
