"""Reads recordings, as far as a user may hear them."""

from sqlalchemy.ext.asyncio import AsyncSession

from agent_console.auth.own_calls import may_hear
from agent_console.auth.sessions import SignedIn
from agent_console.http.problems import Problem
from agent_console.services.assembly import Services
from office.rules.roles import Privilege
from storage.repositories.calls import Calls
from storage.repositories.recordings import Recordings
from storage.scope import Everything
from storage.tables import Recording


async def recording(parts: Services, recording_id: int, who: SignedIn) -> Recording:
    """What is known of it. Raises Problem."""
    async with parts.deps.database.session() as session:
        return await audible(session, recording_id, who)


async def audible(session: AsyncSession, recording_id: int, who: SignedIn) -> Recording:
    """The recording, for whose voice is in it and who supervises them; for others it is not there."""
    row = await Recordings(session).by_id(recording_id)
    if row is not None and who.scope(Privilege.HEAR_ALL_RECORDINGS) != Everything():
        call = await Calls(session).by_id(row.call_id)
        if call is None or not may_hear(call, row, who):
            row = None
    if row is None:
        raise Problem(404, "not_found", "There is no such recording, or it is not yours to hear.")
    return row
