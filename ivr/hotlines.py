"""How a call to a hotline begins."""

from collections.abc import Mapping
from dataclasses import dataclass

from storage.database import Database
from storage.repositories.routing import Hotlines


@dataclass(frozen=True, slots=True)
class HotlineEntry:
    """The flow that the caller is led through, and the language it begins with."""

    flow: str
    language: str


async def load_hotlines(database: Database) -> Mapping[str, HotlineEntry]:
    """How a call to each hotline begins, by number."""
    async with database.session() as session:
        rows = await Hotlines(session).all()
    return {row.number: HotlineEntry(row.flow, row.language) for row in rows}
