"""Hotlines, queues, and which agents serve which queue."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class Queue(Base):
    """A queue of waiting callers and all that Asterisk and the statistics need to know of it.

    After `max_wait_seconds` a caller goes to `overflow_queue`, or is taken leave of. `max_length` and
    `announce_every_seconds` are off at 0; `when_empty` (no agent signed in) is wait or leave; of two queues
    the one with the higher `weight` takes an agent first.
    """

    __tablename__ = "queues"

    name: Mapped[str] = mapped_column(primary_key=True)
    title_zh: Mapped[str]
    title_en: Mapped[str]
    strategy: Mapped[str] = mapped_column(default="leastrecent")
    ring_seconds: Mapped[int] = mapped_column(default=15)
    wrap_up_seconds: Mapped[int] = mapped_column(default=60)
    sl_seconds: Mapped[int] = mapped_column(default=15)
    short_abandon_seconds: Mapped[int] = mapped_column(default=5)
    max_wait_seconds: Mapped[int] = mapped_column(default=600)
    overflow_queue: Mapped[str | None] = mapped_column(ForeignKey("queues.name", ondelete="SET NULL"))
    recording: Mapped[bool] = mapped_column(default=True)
    weight: Mapped[int] = mapped_column(default=0)
    max_length: Mapped[int] = mapped_column(default=0)
    when_empty: Mapped[str] = mapped_column(default="wait")
    announce_every_seconds: Mapped[int] = mapped_column(default=45)


class Hotline(Base):
    """A number that callers dial. The fallback queue takes them when the voice menu cannot."""

    __tablename__ = "hotlines"

    number: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    flow: Mapped[str]
    language: Mapped[str]
    fallback_queue: Mapped[str] = mapped_column(ForeignKey("queues.name"))


class Membership(Base):
    """An agent serves a queue; a lower penalty is asked first."""

    __tablename__ = "memberships"

    queue: Mapped[str] = mapped_column(ForeignKey("queues.name", ondelete="CASCADE"), primary_key=True)
    extension: Mapped[str] = mapped_column(
        ForeignKey("agents.extension", ondelete="CASCADE"), primary_key=True, index=True
    )
    penalty: Mapped[int] = mapped_column(default=0)
