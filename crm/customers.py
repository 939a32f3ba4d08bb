"""Who is calling: the customer record of the screen pop, found by the number."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from crm.rules import numbers
from storage.pools import Connections
from storage.repositories.customers import Customers, NumberMatch, PastContact

# The pop shows this many; the rest is one click away in the timeline.
LAST_CONTACTS_SHOWN = 5


class Match(StrEnum):
    """What the caller's number told."""

    FOUND = "found"
    SEVERAL = "several"
    UNKNOWN = "unknown"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer at a glance. `name` is the person who calls, `company` the firm they call for."""

    id: int
    name: str
    name_en: str
    company: str | None
    tier: str
    tags: tuple[str, ...]
    language: str
    contact: str
    contact_role: str
    number_label: str


@dataclass(frozen=True, slots=True)
class LastContact:
    """An earlier call; `talk_s` in seconds."""

    call_id: str
    at: datetime
    direction: str
    queue: str | None
    agent_name: str | None
    outcome: str | None
    talk_s: float
    disposition: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class CallerRecord:
    """All that the screen pop shows of a caller. `matched_by` is the number as it was written down."""

    match: Match
    number_e164: str | None
    matched_by: str | None = None
    customers: tuple[CustomerCard, ...] = ()
    last_contacts: tuple[LastContact, ...] = ()

    @property
    def customer_id(self) -> int | None:
        """The customer, when there is exactly one."""
        return self.customers[0].id if self.match is Match.FOUND else None

    def as_json(self) -> dict[str, Any]:
        """The `record` of a call on the wire."""
        return {
            "match": str(self.match),
            "matched_by": self.matched_by,
            "customers": [{**asdict(card), "tags": list(card.tags)} for card in self.customers],
            "chosen": None,
            "last_contacts": [{**asdict(c), "at": _stamp(c.at)} for c in self.last_contacts],
        }


async def identify_caller(connections: Connections, number: str, *, home_region: str) -> CallerRecord:
    """Look up who calls from `number`, given as SIP brought it. Two queries, both bounded by an index."""
    if numbers.is_withheld(number):
        return CallerRecord(Match.WITHHELD, None)
    e164 = numbers.normalise(number, home_region)
    if e164 is None:
        return CallerRecord(Match.UNKNOWN, None)
    async with connections.session() as session:
        customers = Customers(session)
        matches = await customers.by_number(e164)
        # With several customers on one number, the calls of each would be shown to the others.
        known = [match.customer_id for match in matches] if len(matches) == 1 else []
        past = await customers.past_contacts(numbers=[e164], customer_ids=known, limit=LAST_CONTACTS_SHOWN)
    return _record(e164, matches, past)


def _record(e164: str, matches: Sequence[NumberMatch], past: Sequence[PastContact]) -> CallerRecord:
    contacts = tuple(LastContact(**asdict(contact)) for contact in past)
    if not matches:
        return CallerRecord(Match.UNKNOWN, e164, last_contacts=contacts)
    return CallerRecord(
        Match.FOUND if len(matches) == 1 else Match.SEVERAL,
        e164,
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


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
