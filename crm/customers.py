"""Who is calling: the customer record of the screen pop, found by the number."""

from collections.abc import Sequence

from crm.rules import numbers
from crm.rules.caller import CallerRecord, CustomerCard, Identified, Match
from storage.pools import Connections
from storage.repositories.customers import Customers
from storage.rows.customers import NumberMatch, PastContact

# The pop shows this many; the rest is one click away in the timeline.
LAST_CONTACTS_SHOWN = 5


async def identify_caller(connections: Connections, number: str, *, home_region: str) -> Identified:
    """Look up who calls from `number`, given as SIP brought it. Two queries, both bounded by an index."""
    if numbers.is_withheld(number):
        return Identified(None, CallerRecord(Match.WITHHELD))
    e164 = numbers.normalise(number, home_region)
    if e164 is None:
        return Identified(None, CallerRecord(Match.UNKNOWN))
    async with connections.session() as session:
        customers = Customers(session)
        matches = await customers.by_number(e164)
        # With several customers on one number, the calls of each would be shown to the others.
        known = [match.customer_id for match in matches] if len(matches) == 1 else []
        past = await customers.past_contacts(numbers=[e164], customer_ids=known, limit=LAST_CONTACTS_SHOWN)
    return Identified(e164, _record(e164, matches, past))


def _record(e164: str, matches: Sequence[NumberMatch], past: Sequence[PastContact]) -> CallerRecord:
    contacts = tuple(past)
    if not matches:
        return CallerRecord(Match.UNKNOWN, last_contacts=contacts)
    return CallerRecord(
        Match.FOUND if len(matches) == 1 else Match.SEVERAL,
        matched_by=matches[0].as_entered or e164,
        customers=tuple(_card(match) for match in matches),
        last_contacts=contacts,
    )


def _card(match: NumberMatch) -> CustomerCard:
    return CustomerCard(
        id=match.customer_id,
        name=match.contact_name,
        name_en=match.contact_name_en,
        company=match.customer_name if match.customer_kind == "firm" else None,
        tier=match.tier,
        tags=match.tags,
        language=match.language,
        contact=match.contact_name,
        contact_role=match.contact_role,
        number_label=match.label,
    )
