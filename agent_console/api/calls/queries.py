"""Reads past calls, as far as a user may see them."""

from sqlalchemy.ext.asyncio import AsyncSession

from agent_console.auth.own_calls import took_part
from agent_console.auth.sessions import SignedIn
from agent_console.services.assembly import Services
from office.rules.roles import Privilege
from storage.repositories.calls import CallDetail, Calls
from storage.repositories.customers import Customers
from storage.repositories.history import History
from storage.rows.calls import CallPage, HistoryFilter
from storage.scope import Everything, Teams
from storage.tables import Call


async def page(
    parts: Services, who: SignedIn, wanted: HistoryFilter, cursor: str | None, limit: int
) -> CallPage:
    """One page of the history. Raises BadCursor."""
    async with parts.listing(who.user_id) as session:
        return await History(session).page(wanted, cursor=cursor, limit=limit)


async def call(parts: Services, call_id: str, who: SignedIn) -> CallDetail | None:
    """One call whole; None when there is none, or it is not this user's to see."""
    async with parts.deps.database.session() as session:
        detail = await Calls(session).detail(call_id)
        return detail if detail is not None and await _may_see(session, who, detail.call) else None


async def _may_see(session: AsyncSession, who: SignedIn, call: Call) -> bool:
    scope = who.scope(Privilege.SEE_ALL_CALLS)
    if isinstance(scope, Everything) or took_part(call, who):
        return True
    if isinstance(scope, Teams) and await Calls(session).belongs_to(call.id, scope):
        return True
    if not who.may(Privilege.SEE_CUSTOMERS):
        return False
    if call.customer_id is not None:
        return True
    # The customer's timeline also shows calls from numbers that were added later.
    return call.number_e164 is not None and bool(await Customers(session).by_number(call.number_e164))
