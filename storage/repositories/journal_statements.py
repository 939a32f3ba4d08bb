"""The journal's statements, built once for each kind of database: they run several times a second."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Delete, Select, Table, bindparam, case, delete, func, literal, select
from sqlalchemy.dialects import postgresql

from storage.repositories.statements import excluded, insert_for
from storage.rows.wrap_ups import WrapUpStatus
from storage.tables import (
    AgentInterval,
    Base,
    Call,
    CallEventRow,
    CallStep,
    Contact,
    Customer,
    Gap,
    Leg,
    Number,
    Offer,
    Recording,
    RefusedCall,
    Stint,
    TimelineEntry,
    WrapUp,
)
from storage.tables.timeline import CALL

# The attribute of a call's record and the table that it is written to.
PARTS = {"steps": CallStep, "stints": Stint, "offers": Offer, "legs": Leg}
# What one source may know and the next may not: an empty new value does not erase it.
_KEPT_WHEN_NEW_IS_NULL = ("number_e164", "customer_id")


@dataclass(frozen=True, slots=True)
class JournalStatements:
    """`known_calls` takes `ids`; the deletions take `of_call`, the rest rows."""

    known_calls: Select[Any, Any]
    put_calls: postgresql.Insert
    delete_parts: dict[str, Delete]
    add_parts: dict[str, postgresql.Insert]
    expect_recordings: postgresql.Insert
    enter_in_timeline: postgresql.Insert
    add_events: postgresql.Insert
    put_intervals: postgresql.Insert
    put_gaps: postgresql.Insert
    end_wrap_ups: postgresql.Insert
    put_refusals: postgresql.Insert


@cache
def journal_statements(dialect: str) -> JournalStatements:
    """The statements for `sqlite` or `postgresql`."""
    calls = _table(Call)
    ids: BindParameter[list[str]] = bindparam("ids", expanding=True)
    return JournalStatements(
        known_calls=select(calls.c.id, calls.c.ended_at).where(calls.c.id.in_(ids)),
        put_calls=_put_calls(dialect),
        delete_parts={
            part: delete(_table(table)).where(_table(table).c.call_id == bindparam("of_call"))
            for part, table in PARTS.items()
        },
        add_parts={part: insert_for(dialect, _table(table)) for part, table in PARTS.items()},
        expect_recordings=insert_for(dialect, _table(Recording)).on_conflict_do_nothing(),
        enter_in_timeline=_enter_in_timeline(dialect),
        add_events=insert_for(dialect, _table(CallEventRow)).on_conflict_do_nothing(index_elements=["uid"]),
        put_intervals=_put_intervals(dialect),
        put_gaps=_put_gaps(dialect),
        end_wrap_ups=_end_wrap_ups(dialect),
        put_refusals=_put_refusals(dialect),
    )


def _put_calls(dialect: str) -> postgresql.Insert:
    calls = _table(Call)
    # The customer may have been deleted since the look-up; that must not cost us the call.
    existing = select(Customer.id).where(Customer.id == bindparam("looked_up_customer"))
    # Nobody looked up a call that was over before the service came back.
    by_number = (
        select(func.min(Contact.customer_id))
        .join(Number, Number.contact_id == Contact.id)
        .where(Number.e164 == bindparam("caller_e164"))
        .having(func.count(Contact.customer_id.distinct()) == 1)
    )
    customer = func.coalesce(existing.scalar_subquery(), by_number.scalar_subquery())
    statement = insert_for(dialect, calls).values(customer_id=customer)
    changes = excluded(statement, [column.key for column in calls.columns if column.key != "id"])
    for column in _KEPT_WHEN_NEW_IS_NULL:
        changes[column] = func.coalesce(statement.excluded[column], calls.c[column])
    # Only where the call entered the mark was seen; who came to it later may not know of it.
    changes["test"] = statement.excluded.test | calls.c.test
    return statement.on_conflict_do_update(index_elements=["id"], set_=changes)


def _enter_in_timeline(dialect: str) -> postgresql.Insert:
    """Calls that are over, of whom it is known; a test call was with nobody."""
    calls, kept = _table(Call).c, _table(TimelineEntry)
    with_customer = select(literal(CALL), calls.id, calls.customer_id, calls.started_at).where(
        calls.id == bindparam("of_call"),
        calls.customer_id.is_not(None),
        calls.ended_at.is_not(None),
        calls.test.is_(False),
    )
    columns = ["kind", "ref", "customer_id", "at"]
    statement = insert_for(dialect, kept).from_select(columns, with_customer)
    return statement.on_conflict_do_update(
        index_elements=["kind", "ref"], set_=excluded(statement, ["customer_id", "at"])
    )


def _put_intervals(dialect: str) -> postgresql.Insert:
    old = _table(AgentInterval).c
    statement = insert_for(dialect, _table(AgentInterval))
    new = statement.excluded
    same_state = (new.state == old.state) & (func.coalesce(new.reason, "") == func.coalesce(old.reason, ""))
    ended_at = case((same_state, func.coalesce(new.ended_at, old.ended_at)), else_=new.ended_at)
    return statement.on_conflict_do_update(
        index_elements=["agent", "kind", "started_at"],
        set_={**excluded(statement, ("state", "reason", "call_id", "source")), "ended_at": ended_at},
    )


def _put_gaps(dialect: str) -> postgresql.Insert:
    old = _table(Gap).c
    statement = insert_for(dialect, _table(Gap))
    return statement.on_conflict_do_update(
        index_elements=["started_at"],
        set_={
            "ended_at": func.coalesce(statement.excluded.ended_at, old.ended_at),
            "recovered": statement.excluded.recovered | old.recovered,
        },
    )


def _end_wrap_ups(dialect: str) -> postgresql.Insert:
    old = _table(WrapUp).c
    statement = insert_for(dialect, _table(WrapUp))
    return statement.on_conflict_do_update(
        index_elements=["call_id", "agent", "turn"],
        set_={
            "disposition": func.coalesce(old.disposition, statement.excluded.disposition),
            "started_at": func.coalesce(old.started_at, statement.excluded.started_at),
            **excluded(statement, ("ended_at", "status", "updated_at")),
        },
        where=old.status == WrapUpStatus.UNFINISHED,
    )


def _put_refusals(dialect: str) -> postgresql.Insert:
    old = _table(RefusedCall).c
    statement = insert_for(dialect, _table(RefusedCall))
    new = statement.excluded
    # Records of the spool may come after newer ones; a count only grows.
    counts_more = new["count"] > old["count"]
    return statement.on_conflict_do_update(
        index_elements=["uid"],
        set_={
            "count": case((counts_more, new["count"]), else_=old["count"]),
            "last_at": case((counts_more, new.last_at), else_=old.last_at),
        },
    )


def _table(table: type[Base]) -> Table:
    """The plain table: without the ORM's unit of work a batch costs half."""
    plain = table.__table__
    assert isinstance(plain, Table)
    return plain
