"""A database saved and put back: whole, refused when it would destroy something, all or nothing."""

from pathlib import Path

import pytest
from sqlalchemy import text

from storage import backup
from storage.backup import BackupProblem, holds_data, restore_database, save_database
from storage.database import Database
from storage.migrations.runner import head
from storage.repositories.calls import Calls
from storage.repositories.journal import Journal
from storage.repositories.operations import Settings
from storage.repositories.users import Users
from tests.unit.storage.builders import NOON, a_call


async def fill(db: Database, login: str) -> None:
    async with db.transaction() as s:
        await Users(s).add(login=login, name="李娜", password_hash="-", role="admin", created_at=NOON)
        await Journal(s).write_calls([a_call(f"call of {login}")])
        await Settings(s).put("json", {"王": [1, None]})


async def logins(db: Database) -> list[str]:
    async with db.session() as s:
        return [user.login for user in await Users(s).all()]


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    (tmp_path / "copies").mkdir()
    return tmp_path / "copies"


@pytest.fixture
async def saved(db: Database, copies: Path) -> Path:
    """A copy of a database with one user, lina."""
    await fill(db, "lina")
    return await save_database(db, copies)


def cut_in_half(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def make_something_else(path: Path) -> None:
    path.write_bytes(b"something else")


async def test_a_copy_brings_everything_back(db: Database, empty: Database, saved: Path) -> None:
    assert not await holds_data(empty)
    await restore_database(empty, saved)
    assert await holds_data(empty)
    await empty.migrate()
    assert await logins(empty) == ["lina"]
    async with empty.session() as s:
        call = await Calls(s).by_id("call of lina")
        assert await Settings(s).get("json") == {"王": [1, None]}
    assert call is not None
    assert (len(call.legs), call.started_at) == (1, NOON)
    async with empty.transaction() as s:
        added = await Users(s).add(login="new", name="n", password_hash="-", role="agent", created_at=NOON)
    assert added.id > 1
    assert await logins(db) == ["lina"]


async def test_what_is_written_meanwhile_does_not_disturb(db: Database, copies: Path) -> None:
    await fill(db, "lina")
    async with db.transaction() as s:
        await Users(s).add(login="half", name="h", password_hash="-", role="agent", created_at=NOON)
        await s.flush()
        saved = await save_database(db, copies)
    await restore_database(db, saved, replace=True)
    assert await logins(db) == ["lina"]


async def test_a_database_with_users_or_calls_is_replaced_only_when_told(db: Database, saved: Path) -> None:
    await fill(db, "later")
    with pytest.raises(BackupProblem, match="users or calls"):
        await restore_database(db, saved)
    assert await logins(db) == ["later", "lina"]
    await restore_database(db, saved, replace=True)
    assert await logins(db) == ["lina"]


async def test_tables_of_a_newer_version_do_not_stay(db: Database, saved: Path) -> None:
    async with db.transaction() as s:
        await s.execute(text("ALTER TABLE users ADD COLUMN from_the_future INTEGER"))
    await restore_database(db, saved, replace=True)
    await db.migrate()
    await fill(db, "wangwei")
    async with db.session() as s:
        row = (await s.execute(text("SELECT * FROM users WHERE login = 'lina'"))).mappings().one()
    assert "from_the_future" not in row


async def test_a_copy_of_a_newer_version_is_refused_and_names_it(
    db: Database, empty: Database, copies: Path
) -> None:
    await fill(db, "lina")
    await db.migrate({"version": "7.1.0"})
    ours = head()
    async with db.transaction() as s:
        await s.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    try:
        saved = await save_database(db, copies)
    finally:
        async with db.transaction() as s:
            await s.execute(text("UPDATE alembic_version SET version_num = :ours"), {"ours": ours})
    with pytest.raises(BackupProblem, match=r"belongs to version 7\.1\.0 of Ringdesk; restore it with that"):
        await restore_database(empty, saved)
    assert not await holds_data(empty)


async def test_a_damaged_copy_changes_nothing(db: Database, saved: Path) -> None:
    for damage in (cut_in_half, make_something_else):
        damage(saved)
        with pytest.raises(BackupProblem):
            await restore_database(db, saved, replace=True)
    assert await logins(db) == ["lina"]


async def test_a_copy_of_the_other_kind_is_refused(db: Database, saved: Path) -> None:
    with pytest.raises(BackupProblem, match="does not go into"):
        await restore_database(db, saved.with_name("other.kind"), replace=True)


def test_copies_are_private_and_nothing_is_left_beside_them(saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    assert list(saved.parent.iterdir()) == [saved]


async def test_a_missing_tool_is_named_with_its_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "_DEBIAN_FOLDER", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(BackupProblem, match="apt-get install postgresql-client"):
        await save_database(database, tmp_path)
    await database.close()
