"""Recordings; the files lie in the store, and the audit says who listened to them."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import NEVER_REUSED, Base, Id
from storage.tables.columns import RowId


class Recording(Base):
    """A finished file of the store: `path` is relative to the store, left channel caller, right agent.

    `stint` is 0 for a call that we placed; `part` is above 0 for what was recorded after a transfer to an
    agent, outside any queue.
    """

    __tablename__ = "recordings"
    __table_args__ = (UniqueConstraint("call_id", "stint", "part"), NEVER_REUSED)

    id: Mapped[Id]
    call_id: Mapped[str]
    stint: Mapped[int]
    part: Mapped[int] = mapped_column(default=0)
    agent: Mapped[str | None]
    queue: Mapped[str | None]
    path: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    length_s: Mapped[float]
    size: Mapped[int] = mapped_column(RowId)
    sha256: Mapped[str]
    channels: Mapped[int]
    state: Mapped[str] = mapped_column(default="stored")
