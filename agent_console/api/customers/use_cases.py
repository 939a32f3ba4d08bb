"""Opening a customer by hand, which is noted before anything is told."""

from collections.abc import Sequence

from agent_console.api.customers import queries
from agent_console.auth.sessions import SignedIn
from agent_console.http.problems import Problem
from agent_console.services.assembly import Services
from office.audit import Act, Actor
from storage.rows.customers import PastContact
from storage.tables import Customer


async def open_customer(
    parts: Services, actor: Actor, who: SignedIn, customer_id: int
) -> tuple[Customer, Sequence[PastContact]]:
    """One customer with the first page of the timeline. Who came with the user's call has that call's record.

    Raises Problem when there is no such customer.
    """
    now, object = parts.deps.clock(), f"customer:{customer_id}"
    if _came_with_a_call(customer_id, parts, who) or parts.noted_once.is_noted(who.token_hash, object, now):
        return _there(await queries.customer(parts, customer_id))
    async with parts.audit.transaction(actor, Act("customer_open", object)) as session:
        found = _there(await queries.whole(session, customer_id))
    parts.noted_once.noted(who.token_hash, object, now)
    return found


def _there(found: queries.Whole | None) -> queries.Whole:
    if found is None:
        raise Problem(404, "not_found", "There is no such customer.")
    return found


def _came_with_a_call(customer_id: int, parts: Services, who: SignedIn) -> bool:
    """Whether the call that the user has, or works on, brought this customer."""
    own = parts.hub.agent(who.ext) if who.ext is not None else None
    named = (own.call_id, own.wrap_up_call) if own is not None else ()
    calls = [parts.hub.call(it) for it in named if it is not None]
    records = [call.record for call in calls if call is not None and call.record is not None]
    return any(customer_id == it.id for record in records for it in record.customers)
