"""What grows is put aside whole, what is old is dropped, and Asterisk is told once it has to be."""

import re
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from asterisk_conf.control import NotRunning
from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.rotation import records, rotate_records
from asterisk_conf.server import AsteriskServer
from tests.unit.asterisk_conf.builders import folders

OWN_ASTERISK = Path(__file__).parents[3] / "docs/own-asterisk.md"


class Asterisk:
    """Opens its two files again when it is told to, as the real one does."""

    def __init__(self, where: AsteriskFolders) -> None:
        self.folders = where
        self.away = False
        self.told: list[str] = []

    def program(self) -> None:
        """Looked for before it is called."""

    async def command(self, command: str, *, timeout_s: float = 10.0) -> str:
        if self.away:
            raise NotRunning("Asterisk is not running.")
        self.told.append(command)
        self.folders.queue_log.touch()
        self.folders.messages.touch()
        return ""


@pytest.fixture
def asterisk(tmp_path: Path) -> Asterisk:
    where = folders(tmp_path)
    where.make()
    for path in records(where):
        path.write_text("12345")
    return Asterisk(where)


async def rotate(asterisk: Asterisk, most_bytes: int, kept: int = 10) -> None:
    await rotate_records(cast(AsteriskServer, asterisk), most_bytes, kept)


def pieces(path: Path) -> list[str]:
    """What the pieces of a file hold, the oldest first."""
    return [piece.read_text() for piece in sorted(path.parent.glob(f"{path.name}.*"))]


async def test_small_files_stay_and_asterisk_is_left_alone(asterisk: Asterisk) -> None:
    await rotate(asterisk, 5)
    assert [path.read_text() for path in records(asterisk.folders)] == ["12345"] * 4
    assert asterisk.told == []


async def test_what_has_grown_is_put_aside_whole(asterisk: Asterisk) -> None:
    asterisk.folders.cel.write_text("123456")
    await rotate(asterisk, 5)
    assert pieces(asterisk.folders.cel) == ["123456"]
    assert not asterisk.folders.cel.exists()
    assert pieces(asterisk.folders.cdr) == []
    assert asterisk.told == []  # it opens CEL for each record


@pytest.mark.parametrize("name", ["queue_log", "messages"])
async def test_asterisk_is_told_of_a_file_that_it_holds_open(asterisk: Asterisk, name: str) -> None:
    path = asterisk.folders.log / name
    path.write_text("123456")
    await rotate(asterisk, 5)
    assert pieces(path) == ["123456"]
    assert asterisk.told == ["logger reload"]


async def test_what_asterisk_could_not_be_told_it_is_told_later(asterisk: Asterisk) -> None:
    asterisk.folders.queue_log.write_text("123456")
    asterisk.away = True
    with pytest.raises(NotRunning):
        await rotate(asterisk, 5)
    asterisk.away = False
    await rotate(asterisk, 5)
    await rotate(asterisk, 5)
    assert asterisk.told == ["logger reload"]


async def test_an_asterisk_that_never_wrote_is_not_asked(asterisk: Asterisk) -> None:
    for path in records(asterisk.folders):
        path.unlink()
    await rotate(asterisk, 5)
    assert asterisk.told == []


async def test_the_oldest_pieces_are_dropped(asterisk: Asterisk) -> None:
    cdr = asterisk.folders.cdr
    for day in range(1, 6):
        cdr.with_name(f"{cdr.name}.2026110{day}T000000").write_text(str(day))
    await rotate(asterisk, 5, kept=3)
    assert pieces(cdr) == ["3", "4", "5"]
    assert cdr.read_text() == "12345"


def test_the_recipe_for_the_owners_logrotate_does_the_same(tmp_path: Path) -> None:
    """All files but queue_log, which Debian's own recipe has already; renamed, told, and left as they are."""
    own = replace(folders(tmp_path), own_log=Path("/var/log/asterisk"))
    recipe = re.search(r"```\n *(/var/log.*?)```", OWN_ASTERISK.read_text(), re.DOTALL)
    assert recipe is not None
    paths, _, rules = recipe[1].partition("{")
    assert {Path(path) for path in paths.split()} == set(records(own)) - {own.queue_log}
    lines = [line.strip() for line in rules.splitlines()]
    assert {"nocreate", "nocompress", "sharedscripts"} <= set(lines)
    assert not {"copytruncate", "compress"} & set(lines)
    told = lines[lines.index("postrotate") + 1]
    assert "asterisk -rx 'logger reload'" in told
