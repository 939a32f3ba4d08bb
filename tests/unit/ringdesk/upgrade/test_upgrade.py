"""An upgrade of the database: saved first, changed as a whole, tried on a copy, and gone back from."""

import asyncio
import tarfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from ringdesk.backup.restored import expected
from ringdesk.installation.home import Home
from ringdesk.installation.installation import Installation
from ringdesk.installation.secrets import SecretStore
from ringdesk.problem import Problem
from ringdesk.settings.sources import load
from ringdesk.upgrade.back import go_back
from ringdesk.upgrade.migration import bring_up_to_date
from ringdesk.upgrade.program import Program, digest_of_code, this_program
from ringdesk.upgrade.trial import try_on_a_copy
from storage.backup import restore_database
from storage.database import Database
from storage.migrations.runner import head
from tests.support.databases import sqlite_url
from tests.support.power_cut import set_back
from tests.support.releases import archives, restored

# The archive of 0.1.0 was put in place at another second.
LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An installation as 0.1.0 left it."""
    home = Home(tmp_path / "var")
    home.make()
    url = sqlite_url(home.database_file)
    restored(archives("sqlite")[0], home, url)
    asyncio.run(set_back(Database(url), "0017"))
    return home


@pytest.fixture
async def database(home: Home) -> AsyncIterator[Database]:
    database = Database(sqlite_url(home.database_file))
    yield database
    await database.close()


@pytest.fixture
def installation(home: Home) -> Installation:
    return Installation(home, load(home, environment={}), SecretStore(home.secrets))


def quiet(said: str) -> None:
    """Nobody watches."""


def saved(home: Home) -> list[Path]:
    return sorted((home.root / "backups").glob("*"))


async def test_it_is_saved_and_then_changed(home: Home, database: Database) -> None:
    before = (await database.schema()).revision
    done = await bring_up_to_date(home, database, quiet)
    (backup,) = saved(home)
    assert str(backup) in done
    schema = await database.schema()
    assert (schema.revision, schema.program) == (head(), this_program().noted())
    assert not home.upgrading.exists()
    seen = home.root / "seen.db"
    with tarfile.open(backup) as archive:
        saved_database = archive.extractfile("ringdesk.db")
        assert saved_database is not None
        seen.write_bytes(saved_database.read())
    copy = Database(sqlite_url(seen))
    assert (await copy.schema()).revision == before
    await copy.close()
    assert await bring_up_to_date(home, database, quiet) == "up to date"
    assert saved(home) == [backup]


async def test_what_cannot_be_changed_is_as_it_was_and_says_how_to_go_on(
    home: Home, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("the disk is upside down")

    monkeypatch.setattr("storage.migrations.runner._check_foreign_keys", refuse)
    with pytest.raises(Problem) as problem:
        await bring_up_to_date(home, database, quiet)
    (backup,) = saved(home)
    assert problem.value.sentence == (
        f"the database could not be changed for version {this_program().version} "
        f"(RuntimeError: the disk is upside down); it is as it was, and saved in {backup}; mend that and "
        "start again, or start the version before with: git checkout 0.1.0 && scripts/up"
    )
    assert (await database.schema()).revision == "0017"
    # The next start says so, and makes no second backup of the same state.
    monkeypatch.undo()
    notes: list[str] = []
    await bring_up_to_date(home, database, notes.append)
    assert "an upgrade was cut short; the database was still as before it, and is changed now" in notes
    assert saved(home) == [backup]
    assert not home.upgrading.exists()


async def test_without_room_nothing_begins(
    home: Home, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ringdesk.upgrade.migration._ROOM_BYTES", 1 << 60)
    with pytest.raises(Problem, match=r"is no room to change the database; make \d+ MB of it"):
        await bring_up_to_date(home, database, quiet)
    assert (saved(home), (await database.schema()).revision) == ([], "0017")


async def test_a_trial_changes_nothing_but_a_copy(installation: Installation, database: Database) -> None:
    trial = await try_on_a_copy(installation)
    assert trial is not None
    assert trial.before == Program("0.1.0")
    assert trial.changes[0].startswith("0018 ")
    assert trial.changed_s > 0
    assert (await database.schema()).revision == "0017"
    assert not list(installation.home.root.glob(".trial-*"))


async def test_a_trial_that_fails_says_why(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("storage.migrations.runner._check_foreign_keys", refuse)
    with pytest.raises(Problem, match=r"cannot change the database: RuntimeError: no; that was on a copy"):
        await try_on_a_copy(installation)


async def test_another_command_does_not_change_it(installation: Installation, database: Database) -> None:
    with pytest.raises(Problem, match="of an older version; scripts/up saves it and changes it"):
        async with installation.open_database():
            pass
    assert (await database.schema()).revision == "0017"


async def test_going_back_gives_the_state_before_and_names_its_program(
    home: Home, database: Database
) -> None:
    with pytest.raises(Problem, match="there was no upgrade"):
        go_back(home, LATER, lambda copy, folder: None, lambda: "")
    await bring_up_to_date(home, database, quiet)
    async with database.transaction() as session:
        await session.execute(text("UPDATE users SET name = 'changed since'"))

    def put(copy: Path, folder: Path) -> None:
        with expected(home):
            asyncio.run(restore_database(Database(sqlite_url(home.database_file)), copy, replace=True))

    went = await asyncio.to_thread(go_back, home, LATER, put, lambda: "")
    assert went.program == Program("0.1.0")
    assert went.program.how_to_get == "git checkout 0.1.0"
    assert (await database.schema()).revision == "0017"
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM users WHERE name = 'changed since'")) == 0
    # So that the program that is started next ends what has ended since.
    assert home.restored.exists()


def test_the_digest_of_the_code_is_that_of_what_runs(tmp_path: Path) -> None:
    for name, content in (("cti/a.py", "1"), ("tests/a.py", "1"), ("cti/web/node_modules/a.ts", "1")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    before = digest_of_code(tmp_path)
    (tmp_path / "tests/a.py").write_text("2")
    (tmp_path / "cti/web/node_modules/a.ts").write_text("2")
    assert digest_of_code(tmp_path) == before
    (tmp_path / "cti/a.py").write_text("2")
    assert digest_of_code(tmp_path) != before
