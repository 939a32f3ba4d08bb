"""An Asterisk of the owner's whose folders are odd, and one of ours that ends while it is being stopped."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from asterisk_conf.owners_asterisk import OwnersAsterisk
from asterisk_conf.private_asterisk import PrivateAsterisk
from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.spec import TelephonySpec
from tests.unit.asterisk_conf.builders import SECRETS, folders, program

SPEC = TelephonySpec(SECRETS)


def owners(tmp_path: Path, etc: Path, *, home: str = "home") -> OwnersAsterisk:
    own = replace(folders(tmp_path / home), own_etc=etc)
    return OwnersAsterisk(SPEC, own, group=None, program=program(tmp_path))


def test_a_folder_that_cannot_even_be_looked_at_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(AsteriskProblem, match=r"cannot be written .* asterisk\.external\.configuration"):
        owners(tmp_path, tmp_path / ("x" * 300)).render()


def test_a_folder_that_an_owners_asterisk_cannot_read_is_refused_too(tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    etc.mkdir()
    with pytest.raises(AsteriskProblem, match=r"cannot use the folder .*a;b"):
        owners(tmp_path, etc, home="a;b").render()
    assert list(etc.iterdir()) == []


async def test_an_asterisk_that_ends_by_itself_meanwhile_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = await asyncio.create_subprocess_exec("true")
    await gone.wait()
    seen = iter([gone.pid])
    asterisk = PrivateAsterisk(SPEC, folders(tmp_path), tmp_path)
    asterisk.folders.make()
    asterisk.record(gone.pid)
    monkeypatch.setattr(asterisk, "pid", lambda: next(seen, None))
    await asterisk.stop()
    assert list(asterisk.folders.run.iterdir()) == []
