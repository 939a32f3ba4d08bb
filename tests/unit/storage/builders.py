"""Short ways to write down calls and customers in tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.records import CallRecord, LegRecord, OfferRecord, StepRecord, StintRecord
from storage.tables import Contact, Customer, CustomerTag, Number

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def later(seconds: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def a_call(call_id: str = "rd-1", at: float = 0.0, **changes: Any) -> CallRecord:
    """A call that is answered in the queue `service` by agent 1001, with one of each part."""
    call = CallRecord(
        id=call_id,
        direction="inbound",
        hotline="4001",
        number="13800138000",
        number_e164="+8613800138000",
        name='Bobby "); DROP TABLE',
        language="zh",
        channel=f"PJSIP/trunk-{call_id}",
        started_at=later(at),
        answered_at=later(at + 30),
        ended_at=later(at + 90),
        end_cause=16,
        outcome="answered",
        queue="service",
        agent="1001",
        wait_s=20.0,
        talk_s=60.0,
        hold_s=0.0,
        steps=(StepRecord("main", "menu", "1", "1", "zh", later(at + 5)),),
        stints=(StintRecord(1, "service", later(at + 10), later(at + 30), "answered", 0, 20.0),),
        offers=(OfferRecord("1001", "service", later(at + 12), later(at + 30), "answered"),),
        legs=(
            LegRecord(
                1,
                "1001",
                "service",
                1,
                "PJSIP/1001-1",
                later(at + 30),
                later(at + 90),
                0.0,
                0,
                "caller_gone",
                60.0,
            ),
        ),
    )
    return replace(call, **changes)


def an_abandoned_call(call_id: str, at: float = 0.0, **changes: Any) -> CallRecord:
    """A call that is given up after 20 seconds in the queue `service`."""
    stint = StintRecord(1, "service", later(at + 10), later(at + 30), "abandoned", 0, 20.0)
    values: dict[str, Any] = {
        "answered_at": None,
        "ended_at": later(at + 30),
        "outcome": "abandoned",
        "agent": None,
        "talk_s": 0.0,
        "stints": (stint,),
        "offers": (),
        "legs": (),
    }
    return a_call(call_id, at, **{**values, **changes})


def a_customer(
    name: str, *numbers: str, name_en: str = "", kind: str = "person", tags: tuple[str, ...] = ()
) -> Customer:
    """A customer with one contact of the same name and these numbers."""
    contact = Contact(name=name, name_en=name_en)
    contact.numbers = [Number(e164=number, as_entered=number) for number in numbers]
    customer = Customer(kind=kind, name=name, name_en=name_en, created_at=NOON, updated_at=NOON)
    customer.contacts = [contact]
    customer.tags = [CustomerTag(tag=tag) for tag in tags]
    return customer
