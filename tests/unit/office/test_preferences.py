"""Users set the language and look of their own console, and nobody else's."""

import pytest

from office.audit import Actor
from office.preferences import keep_preferences
from storage.database import Database
from storage.repositories.users import Users
from tests.unit.storage.builders import NOON


async def test_preferences_are_those_of_who_sets_them(db: Database) -> None:
    async with db.transaction() as session:
        ids = [
            (
                await Users(session).add(
                    login=login, name=login, password_hash="", role="agent", created_at=NOON
                )
            ).id
            for login in ("lina", "wangwei")
        ]
    await keep_preferences(db, Actor(ids[0]), "en", "dark")
    async with db.session() as session:
        lina, wangwei = [await Users(session).by_id(it) for it in ids]
    assert lina is not None
    assert wangwei is not None
    assert (lina.language, lina.theme) == ("en", "dark")
    assert (wangwei.language, wangwei.theme) != ("en", "dark")


async def test_who_is_no_user_of_ours_has_none(db: Database) -> None:
    with pytest.raises(ValueError, match="only a user"):
        await keep_preferences(db, Actor(), "en", "dark")
