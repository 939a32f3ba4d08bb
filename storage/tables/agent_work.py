"""What agents did: intervals of presence and activity, and the after-call work with its note."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.rows.wrap_ups import WrapUpStatus
from storage.tables.base import Base, Id


class AgentInterval(Base):
    """A stretch of one state of one machine (`kind` presence or activity); open while `ended_at` is None."""

    __tablename__ = "agent_intervals"
    __table_args__ = (
        UniqueConstraint("agent", "kind", "started_at"),
        Index("ix_agent_intervals_started_at", "started_at"),
        Index("ix_agent_intervals_ended_at", "ended_at"),
    )

    id: Mapped[Id]
    agent: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    call_id: Mapped[str | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(default="live")


class WrapUp(Base):
    """The after-call work on one leg: `turn` is the how-manieth leg of the agent in the call.

    `ended_at` is when the time for it was over, `completed_at` when the agent finished it after that.
    No foreign key to the call: notes are saved while the call's record may still wait to be written.
    """

    __tablename__ = "wrap_ups"

    call_id: Mapped[str] = mapped_column(primary_key=True)
    agent: Mapped[str] = mapped_column(primary_key=True, index=True)
    turn: Mapped[int] = mapped_column(primary_key=True)
    disposition: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default=WrapUpStatus.UNFINISHED)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
