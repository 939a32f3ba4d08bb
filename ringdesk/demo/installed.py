"""The demo in this installation: loaded once, with passwords made here and told once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from office.passwords import hash_password
from office.users import list_users
from ringdesk.demo.load import load_demo
from ringdesk.demo.office import DEMO_LOGINS
from ringdesk.demo.remove import DemoRemoval, remove_demo
from ringdesk.demo.state import REMOVED, STATE_SETTING
from ringdesk.installation.secrets import SecretStore
from ringdesk.operator import operator
from storage.database import Database
from storage.repositories.operations import Settings

_TOLD_SETTING = "demo_passwords_told"
SHOWN_AGAIN_BY = "ringdesk demo passwords"


@dataclass(frozen=True, slots=True)
class SignIn:
    """How somebody can sign in. `password` is None when it is not the generated one any more."""

    login: str
    name: str
    role: str
    extension: str | None
    password: str | None


async def add_demo(database: Database, secrets: SecretStore, *, again: bool = False) -> bool:
    """Loads the demo unless it was loaded before; `again` also after it was removed."""
    async with database.transaction() as session:
        settings = Settings(session)
        state = await settings.get(STATE_SETTING)
        if again and state == REMOVED:
            await settings.remove(STATE_SETTING)
        elif state is not None:
            return False
    hashes = {login: await asyncio.to_thread(hash_password, secrets.password(login)) for login in DEMO_LOGINS}
    return await load_demo(database, hashes, now=datetime.now(UTC), by=operator())


async def take_demo_away(database: Database, secrets: SecretStore) -> DemoRemoval:
    """Removes the demo's rows, and the passwords of those of its users who are gone."""
    removal = await remove_demo(database, now=datetime.now(UTC), by=operator())
    left = {user.login for user in await list_users(database) if user.active}
    for login in DEMO_LOGINS:
        if login not in left:
            secrets.forget_password(login)
    return removal


async def sign_ins(database: Database, secrets: SecretStore) -> list[SignIn]:
    """The demo's users who can sign in, in the order in which one would try them."""
    users = {user.login: user for user in await list_users(database) if user.active}
    return [
        SignIn(login, user.name, user.role, user.extension, secrets.known_password(login))
        for login in DEMO_LOGINS
        if (user := users.get(login)) is not None
    ]


async def first_telling(database: Database) -> bool:
    """Whether the passwords were never told here; from this call on they were.

    A terminal is read later by others, and what a service prints stays in its log: so it is done once.
    """
    async with database.transaction() as session:
        settings = Settings(session)
        told = await settings.get(_TOLD_SETTING) is not None
        if not told:
            await settings.put(_TOLD_SETTING, True)
    return not told


def told_in_full(people: Sequence[SignIn]) -> list[str]:
    """Everyone with the password, a line each."""
    lines = []
    for person in people:
        phone = f", extension {person.extension}" if person.extension else ""
        lines.append(
            f"  {person.login:<8} password {person.password or '(changed)':<16} {person.role}{phone}"
        )
    return lines


def told_in_short(people: Sequence[SignIn]) -> list[str]:
    """Who can sign in, and the command that shows the passwords to whoever may read the home folder."""
    if not any(person.password for person in people):
        return []
    return [f"Sign in as {', '.join(person.login for person in people)}; passwords: {SHOWN_AGAIN_BY}"]
