"""Sessions that are over are deleted by an hourly job; nothing is written where none was used."""

from sqlalchemy import func, select

from agent_console.auth.expired import forgetting
from storage.tables import SignIn
from tests.unit.agent_console.world import World
from work.handlers import Attempt, Schedule
from work.rules.moments import Every


async def test_only_what_is_over_is_deleted(world: World) -> None:
    await world.browser("lina")
    world.clock.advance(minutes=10)
    await world.browser("wangwei")
    world.clock.advance(minutes=55)
    handler = forgetting(world.clock)
    effect = await handler.run(Attempt("", {}))
    assert effect is not None
    async with world.db.transaction() as session:
        await effect(session)
        assert await session.scalar(select(func.count()).select_from(SignIn)) == 1
    assert handler.schedules == (Schedule(Every(3600)),)
