"""A fact in the journal: what its row's payload holds, and the event that a row tells."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crm.rules.caller import CallerRecord, CustomerCard, Match
from cti.domain.event_codec import from_payload, to_payload
from cti.domain.events import CallerIdentified, Event

# Two thirds of a short event would be what its row's columns say already.
_IN_COLUMNS = frozenset({"event", "at", "call_id", "source"})


def payload_of(event: Event) -> dict[str, Any]:
    """The event's own values, without those that its row has columns for.

    Of a looked-up customer only who it was: the rest is in the customer's rows.
    """
    payload = {name: value for name, value in to_payload(event).items() if name not in _IN_COLUMNS}
    if isinstance(event, CallerIdentified):
        record = event.record
        payload["record"] = {
            "match": record.match,
            "customers": [customer.id for customer in record.customers],
            "chosen": record.chosen,
        }
    return payload


def event_of(kind: str, at: datetime, source: str, call_id: str | None, payload: Mapping[str, Any]) -> Event:
    """The event of a row, also of one that an earlier version wrote. Raises Unreadable.

    Of a looked-up customer it knows the number alone.
    """
    own = {name: value for name, value in payload.items() if name not in _IN_COLUMNS}
    columns = {"event": kind, "at": at, "source": source, "call_id": call_id}
    if "record" in own:
        own["record"] = _record(own["record"])
    return from_payload({**own, **columns})


def _record(written: Mapping[str, Any]) -> CallerRecord:
    cards = tuple(CustomerCard(id_, "", "", None, "", (), "", "", "", "") for id_ in written["customers"])
    return CallerRecord(Match(written["match"]), customers=cards, chosen=written["chosen"])
