"""A call as it was: its way through the menu, its stays in queues, who was rung and who spoke."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.tables.base import NEVER_REUSED, Base, Id, Json, OwningCall
from storage.tables.columns import RowId

_OPEN = text("ended_at IS NULL")


class Call(Base):
    """One call from entry to end. Hotline, queue and agent are names, so history outlives what they name.

    `queue` is the first one, which owns the arrival, `agent` the last who spoke; `wait_s` is the sum of queue
    waits; `hold_s` is None when Asterisk's records had to be used, which know nothing of hold. `guessed`:
    some part is only what a comparison with Asterisk supposed; Asterisk's records may still correct it.
    `test`: the test caller placed it, and it is in no figure. `ended_by`, of calls that an agent dialled:
    agent, customer, line or timeout; `end_cause` is the line's where the number was dialled in vain.
    """

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_started_at_id", "started_at", "id"),
        Index("ix_calls_queue_started_at", "queue", "started_at"),
        Index("ix_calls_agent_started_at", "agent", "started_at"),
        Index("ix_calls_outcome_started_at", "outcome", "started_at"),
        Index("ix_calls_number_e164_started_at", "number_e164", "started_at"),
        Index("ix_calls_customer_id_started_at", "customer_id", "started_at"),
        # The few that last now, among millions that are over.
        Index("ix_calls_open", "started_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    direction: Mapped[str]
    hotline: Mapped[str | None]
    number: Mapped[str] = mapped_column(default="")
    number_e164: Mapped[str | None]
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_cause: Mapped[int | None]
    outcome: Mapped[str | None]
    ended_by: Mapped[str | None]
    queue: Mapped[str | None]
    agent: Mapped[str | None]
    wait_s: Mapped[float] = mapped_column(default=0.0)
    talk_s: Mapped[float] = mapped_column(default=0.0)
    hold_s: Mapped[float | None]
    customer_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("customers.id", ondelete="SET NULL"))
    incomplete: Mapped[bool] = mapped_column(default=False)
    guessed: Mapped[bool] = mapped_column(default=False, server_default=false())
    test: Mapped[bool] = mapped_column(default=False, server_default=false())
    source: Mapped[str] = mapped_column(default="live")

    steps: Mapped[list["CallStep"]] = relationship(lazy="raise", passive_deletes=True, order_by="CallStep.no")
    stints: Mapped[list["Stint"]] = relationship(lazy="raise", passive_deletes=True, order_by="Stint.no")
    offers: Mapped[list["Offer"]] = relationship(lazy="raise", passive_deletes=True, order_by="Offer.no")
    legs: Mapped[list["Leg"]] = relationship(lazy="raise", passive_deletes=True, order_by="Leg.no")


class CallStep(Base):
    """A step of the voice menu and the exit by which the caller left it."""

    __tablename__ = "call_steps"

    call_id: Mapped[OwningCall]
    no: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str]
    kind: Mapped[str]
    exit: Mapped[str]
    keys: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class Stint(Base):
    """One stay in one queue; `no` counts from 1 within the call, which began at `call_started_at`.

    The call's beginning is here for the list of a queue's calls: one index has them in the list's own order.
    """

    __tablename__ = "stints"
    __table_args__ = (
        Index("ix_stints_queue_call_started_at_call_id", "queue", "call_started_at", "call_id"),
        Index("ix_stints_queue_outcome_left_at", "queue", "outcome", "left_at"),
        Index("ix_stints_left_at", "left_at"),
    )

    call_id: Mapped[OwningCall]
    no: Mapped[int] = mapped_column(primary_key=True)
    queue: Mapped[str]
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    priority: Mapped[int] = mapped_column(default=0)
    wait_s: Mapped[float | None]
    call_started_at: Mapped[datetime]


class Offer(Base):
    """One agent's phone was rung, and what became of it.

    `queue` is None for a direct call or transfer, and for the own phone of who dials out.
    """

    __tablename__ = "offers"
    __table_args__ = (Index("ix_offers_agent_rang_at", "agent", "rang_at"),)

    call_id: Mapped[OwningCall]
    no: Mapped[int] = mapped_column(primary_key=True)
    agent: Mapped[str]
    queue: Mapped[str | None]
    rang_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[str | None]


class Leg(Base):
    """One agent's part of the conversation; `stint` is None for a direct call or transfer.

    `talk_s` is the conversation without hold, None while it lasts; hold that is not known is in it.
    `hold_s` and `holds` (how often) are None when not known, never zero then. `call_started_at` is there for
    the list of an agent's calls, as with Stint.
    """

    __tablename__ = "legs"
    __table_args__ = (
        Index("ix_legs_agent_started_at", "agent", "started_at"),
        Index("ix_legs_agent_call_started_at_call_id", "agent", "call_started_at", "call_id"),
    )

    call_id: Mapped[OwningCall]
    no: Mapped[int] = mapped_column(primary_key=True)
    agent: Mapped[str]
    queue: Mapped[str | None]
    stint: Mapped[int | None]
    channel: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    talk_s: Mapped[float | None]
    hold_s: Mapped[float | None]
    holds: Mapped[int | None]
    end_reason: Mapped[str | None]
    call_started_at: Mapped[datetime]


class CallEventRow(Base):
    """A fact as it was published; append only. `uid` makes writing it twice harmless.

    `payload` holds the fact's own values; older rows repeat there what the columns say.
    No foreign key: facts are kept even when their call's record is not written yet.
    """

    __tablename__ = "call_events"
    __table_args__ = (Index("ix_call_events_call_id_at", "call_id", "at"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[str | None]
    at: Mapped[datetime]
    kind: Mapped[str]
    payload: Mapped[Json]
    source: Mapped[str] = mapped_column(default="live")


class RefusedCall(Base):
    """Calls that did not come in: those of one minute that are alike in all but their time are one row.

    `number` and `dialled` are what the caller's side sent; `trunk` is empty when none was recognised. `uid`
    makes writing it twice harmless: the row counts what its latest record says.
    """

    __tablename__ = "refused_calls"
    __table_args__ = (Index("ix_refused_calls_last_at", "last_at"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[str] = mapped_column(unique=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    count: Mapped[int]
    cause: Mapped[str]
    trunk: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(default="")
    dialled: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
