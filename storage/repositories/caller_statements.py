"""The two statements of the screen pop, built once: every call asks them."""

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select, union

from storage.repositories.whose_extension import NAME_OF_AGENT
from storage.repositories.wrap_ups import newest_of_last_agent
from storage.tables import Call, Contact, Customer, CustomerTag, Number, TimelineEntry, WrapUp
from storage.tables.timeline import CALL

# A number shared by more customers than this tells nothing about the caller.
MAX_SHARING = 10


def _customers_by_number() -> Select[*tuple[Any, ...]]:
    """One row for each tag of each customer with the number `e164`, the same customer by one number only."""
    matching = (
        select(func.min(Number.id))
        .join(Contact, Contact.id == Number.contact_id)
        .where(Number.e164 == bindparam("e164"))
        .group_by(Contact.customer_id)
        .order_by(func.min(Number.id))
        .limit(MAX_SHARING)
    )
    return (
        select(
            Customer.id,
            Customer.kind,
            Customer.name,
            Customer.name_en,
            Customer.tier,
            Customer.language,
            Contact.id,
            Contact.name,
            Contact.name_en,
            Contact.role,
            Number.e164,
            Number.as_entered,
            Number.label,
            CustomerTag.tag,
        )
        .join(Contact, Contact.id == Number.contact_id)
        .join(Customer, Customer.id == Contact.customer_id)
        .outerjoin(CustomerTag, CustomerTag.customer_id == Customer.id)
        .where(Number.id.in_(matching.scalar_subquery()))
        .order_by(Number.id, CustomerTag.tag)
    )


CUSTOMERS_BY_NUMBER = _customers_by_number()


@cache
def past_contacts(numbers: int, customers: int, limit: int) -> Select[*tuple[Any, ...]]:
    """Ended calls with any of so many numbers (`number0`…) or customers (`customer0`…), newest first.

    Test calls are no contacts with anybody, whatever number they showed.
    """
    newest = [
        *(_newest_of_number(f"number{place}", limit) for place in range(numbers)),
        *(_newest_of_customer(f"customer{place}", limit) for place in range(customers)),
    ]
    return (
        select(
            Call.id,
            Call.started_at,
            Call.direction,
            Call.queue,
            NAME_OF_AGENT,
            Call.outcome,
            Call.talk_s,
            WrapUp.disposition,
            WrapUp.note,
        )
        .select_from(Call)
        .outerjoin(WrapUp, newest_of_last_agent())
        .where(Call.id.in_(union(*newest)))
        .order_by(Call.started_at.desc(), Call.id.desc())
        .limit(limit)
    )


def _newest_of_number(parameter: str, limit: int) -> Select[Any]:
    """The newest calls of one index range: never more rows are touched than can be shown."""
    calls = (
        select(Call.id)
        .where(Call.number_e164 == bindparam(parameter), Call.ended_at.is_not(None), Call.test.is_(False))
        .order_by(Call.started_at.desc())
    )
    return select(calls.limit(limit).subquery().c.id)


def _newest_of_customer(parameter: str, limit: int) -> Select[Any]:
    entries = (
        select(TimelineEntry.ref)
        .where(TimelineEntry.customer_id == bindparam(parameter), TimelineEntry.kind == CALL)
        .order_by(TimelineEntry.at.desc())
    )
    return select(entries.limit(limit).subquery().c.ref)
