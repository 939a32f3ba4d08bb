"""Reads an agent's own calls and day."""

from collections.abc import Sequence

from agent_console.api.common.access import PhoneUser
from agent_console.services.assembly import Services
from cti.domain.day import Day
from storage.repositories.history import History
from storage.repositories.own_days import OwnDay, OwnDays
from storage.rows.calls import CallRow, HistoryFilter


async def last_calls(parts: Services, agent: PhoneUser, limit: int) -> Sequence[CallRow]:
    """The calls in which the agent took part, newest first."""
    wanted = HistoryFilter(agent=agent.ext, agent_since=agent.user.ext_since)
    async with parts.listing(agent.user.user_id) as session:
        return (await History(session).page(wanted, limit=limit)).items


async def figures(parts: Services, agent: PhoneUser, day: Day) -> OwnDay:
    """What the agent had on that day."""
    async with parts.listing(agent.user.user_id) as session:
        return await OwnDays(session).between(agent.ext, day.began, day.ends)
