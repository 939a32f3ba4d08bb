"""What was between us and a customer, of every kind, in the order of time."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base
from storage.tables.columns import RowId


class TimelineEntry(Base):
    """One entry: `ref` is the key of a row of the feature that wrote it, which `kind` names (`call`, …).

    The feature that owns the row writes the entry in the same transaction, and shows what stands there.
    """

    __tablename__ = "timeline_entries"
    __table_args__ = (Index("ix_timeline_entries_customer_id_at", "customer_id", "at"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(RowId, ForeignKey("customers.id", ondelete="CASCADE"))
    at: Mapped[datetime]


CALL = "call"
"""The kind of an ended call with a customer; `ref` is its id, `at` its beginning."""
