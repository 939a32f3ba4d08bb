"""A backup brings everything back, refuses what was tampered with, and never leaves half a restore."""

import io
import os
import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyrage
import pytest

from ringdesk.backup import backup
from ringdesk.backup.age import Encrypting
from ringdesk.backup.backup import Ask, BackupSummary, make_backup, restore_backup
from ringdesk.installation.home import Home
from ringdesk.problem import Problem

NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)


@contextmanager
def opened(home: Home) -> Iterator[sqlite3.Connection]:
    """The database, committed at the end and closed: else its files change when Python pleases."""
    with closing(sqlite3.connect(home.database_file)) as database, database:
        yield database


@pytest.fixture(autouse=True)
def quick_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a guess costs is not what is tested here."""
    monkeypatch.setattr(backup, "Encrypting", partial(Encrypting, work=4))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "var")
    home.make()
    (home.root / "ringdesk.toml").write_text("port = 1")
    home.secrets.mkdir()
    (home.secrets / "ami").write_text("secret\n")
    (home.recordings / "2026").mkdir()
    (home.recordings / "2026" / "call.wav").write_bytes(os.urandom(3_000_000))
    (home.prompts / "zh").mkdir(parents=True)
    (home.prompts / "zh" / "welcome.wav").write_bytes(b"a person's voice")
    with opened(home) as database:
        database.execute("CREATE TABLE calls (id TEXT)")
        database.execute("INSERT INTO calls VALUES ('first')")
    return home


def calls(home: Home) -> list[str]:
    with opened(home) as database:
        return [row[0] for row in database.execute("SELECT id FROM calls ORDER BY id")]


def backed_up(home: Home, *, recordings: bool = True, passphrase: str | None = None) -> Path:
    target = home.root.parent / "backup.tar.gz"
    copy = home.root.parent / "copy" / "ringdesk.db"
    copy.parent.mkdir(exist_ok=True)
    shutil.copyfile(home.database_file, copy)
    make_backup(home, target, NOW, database=copy, recordings=recordings, passphrase=passphrase)
    return target


def nobody() -> str:
    raise AssertionError("asked for a passphrase that no one needs")


def put_back(home: Home, archive: Path, ask: Ask = nobody) -> tuple[BackupSummary, Path]:
    """Restored with a database that is a plain file; the real ones are in the tests of the storage."""

    def put(copy: Path, before: Path) -> None:
        home.database_file.replace(before / home.database_file.name)
        shutil.copyfile(copy, home.database_file)

    return restore_backup(home, archive, NOW, put, ask)


def snapshot(home: Home) -> dict[str, bytes]:
    return {
        str(path.relative_to(home.root)): path.read_bytes() for path in home.root.rglob("*") if path.is_file()
    }


def test_all_comes_back_and_what_was_there_is_kept(home: Home) -> None:
    sound = (home.recordings / "2026" / "call.wav").read_bytes()
    archive = backed_up(home)
    with opened(home) as database:
        database.execute("INSERT INTO calls VALUES ('second')")
    (home.secrets / "ami").write_text("another\n")
    (home.recordings / "2026" / "call.wav").unlink()
    (home.prompts / "zh" / "welcome.wav").unlink()

    summary, before = put_back(home, archive)

    assert summary.files == 5
    assert (home.prompts / "zh" / "welcome.wav").read_bytes() == b"a person's voice"
    assert calls(home) == ["first"]
    assert (home.secrets / "ami").read_text() == "secret\n"
    assert (home.recordings / "2026" / "call.wav").read_bytes() == sound
    assert calls(Home(before)) == ["first", "second"]
    assert (before / "secrets" / "ami").read_text() == "another\n"


def test_archive_and_restored_secrets_are_private(home: Home) -> None:
    archive = backed_up(home)
    put_back(home, archive)
    private = [archive, home.secrets / "ami"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    assert stat.S_IMODE(home.secrets.stat().st_mode) == 0o700


def test_an_encrypted_archive_shows_nothing_and_comes_back_with_its_passphrase(home: Home) -> None:
    archive = backed_up(home, passphrase="four words in a row")
    assert not tarfile.is_tarfile(archive)
    assert b"secret" not in archive.read_bytes()
    with tarfile.open(
        fileobj=io.BytesIO(pyrage.passphrase.decrypt(archive.read_bytes(), "four words in a row"))
    ) as inside:
        assert "secrets/ami" in inside.getnames()
    (home.secrets / "ami").write_text("another\n")
    summary, _ = put_back(home, archive, lambda: "four words in a row")
    assert summary.files == 5
    assert (home.secrets / "ami").read_text() == "secret\n"


def test_a_wrong_passphrase_says_so_and_changes_nothing(home: Home) -> None:
    archive = backed_up(home, passphrase="four words in a row")
    before = snapshot(home)
    with pytest.raises(Problem, match=r"this passphrase does not open .* nothing is changed"):
        put_back(home, archive, lambda: "four words in a raw")
    assert snapshot(home) == before


@pytest.mark.parametrize("keep", [0.01, 0.5, 0.99])
def test_a_cut_encrypted_archive_changes_nothing(home: Home, keep: float) -> None:
    archive = backed_up(home, passphrase="four words in a row")
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * keep)])
    before = snapshot(home)
    with pytest.raises(Problem, match="cut off"):
        put_back(home, archive, lambda: "four words in a row")
    assert snapshot(home) == before


def test_recordings_can_be_left_out_and_are_then_left_alone(home: Home) -> None:
    put_back(home, backed_up(home, recordings=False))
    assert (home.recordings / "2026" / "call.wav").is_file()


def test_a_recording_that_is_stored_meanwhile_is_not_lost(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    incoming = home.recordings / "incoming" / "new.wav"
    incoming.parent.mkdir()
    incoming.write_bytes(b"new")
    stored = home.recordings / "2026" / "new.wav"
    opened_before = Path.open

    def move_then_open(path: Path, *arguments: Any) -> Any:
        if path == incoming:
            incoming.rename(stored)  # as the service does it, just before its turn
        return opened_before(path, *arguments)

    monkeypatch.setattr(Path, "open", move_then_open)
    archive = backed_up(home)
    monkeypatch.undo()
    shutil.rmtree(home.recordings)
    put_back(home, archive)
    assert stored.read_bytes() == b"new"


def test_a_database_that_does_not_go_in_leaves_everything_as_it_was(home: Home) -> None:
    archive = backed_up(home)
    (home.secrets / "ami").write_text("newer\n")
    before = snapshot(home)

    def refuse(copy: Path, folder: Path) -> None:
        raise Problem("no")

    with pytest.raises(Problem):
        restore_backup(home, archive, NOW, refuse, nobody)
    assert snapshot(home) == before
    assert list(home.root.glob("before-restore-*")) == []


def archive_of(folder: Path, entries: dict[str, bytes], *, link: str | None = None) -> Path:
    path = folder / "strange.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        if link:
            entry = tarfile.TarInfo("secrets/link")
            entry.type, entry.linkname = tarfile.SYMTYPE, link
            archive.addfile(entry)
    return path


@pytest.mark.parametrize(
    ("entries", "link"),
    [
        ({"../outside": b"x"}, None),
        ({"/etc/outside": b"x"}, None),
        ({"secrets/../../outside": b"x"}, None),
        ({"asterisk/etc/extensions.conf": b"x"}, None),
        ({}, "/etc/passwd"),
        ({}, None),
        ({"secrets/ami": b"x"}, None),
        ({"secrets/ami": b"x", "manifest.json": b'{"format": 1, "files": {}}'}, None),
        ({"manifest.json": b'{"format": 99, "files": {}}'}, None),
        ({"manifest.json": b"{"}, None),
        ({"manifest.json": b"[]"}, None),
        ({"secrets/ami": b"x", "manifest.json": b'{"format": 1, "files": {"secrets/ami": 1}}'}, None),
    ],
)
def test_a_strange_archive_changes_nothing(
    home: Home, tmp_path: Path, entries: dict[str, bytes], link: str | None
) -> None:
    before = snapshot(home)
    with pytest.raises(Problem):
        put_back(home, archive_of(tmp_path, entries, link=link))
    assert snapshot(home) == before
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("keep", [0.5, 0.99])
def test_a_cut_archive_changes_nothing(home: Home, keep: float) -> None:
    archive = backed_up(home)
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * keep)])
    before = snapshot(home)
    with pytest.raises(Problem):
        put_back(home, archive)
    assert snapshot(home) == before
