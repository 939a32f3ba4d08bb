"""What agents did: intervals of presence and activity, and the after-call work with its note."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

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
    """The after-call work of one agent on one call. A draft until the agent is done or the time ran out.

    No foreign key to the call: notes are saved while the call's record may still wait to be written.
    """

    __tablename__ = "wrap_ups"

    call_id: Mapped[str] = mapped_column(primary_key=True)
    agent: Mapped[str] = mapped_column(primary_key=True, index=True)
    disposition: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    draft: Mapped[bool] = mapped_column(default=True)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    updated_at: Mapped[datetime]
