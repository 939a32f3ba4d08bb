"""The service's own memory: audit, bookmarks, gaps in what was heard, settings, marks on demo data."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import NEVER_REUSED, Base, Id, Json
from storage.tables.columns import RowId


class AuditEntry(Base):
    """Who did what to which object, and what came of it. `login` stays readable after the user is gone.

    `result` is asked, done, refused or failed, with the reason in `why`; an act that was `asked` for has its
    result in a later entry, whose `asked_id` is the number of the first.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_object_at", "object", "at"), NEVER_REUSED)

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("users.id", ondelete="SET NULL"))
    login: Mapped[str] = mapped_column(default="")
    action: Mapped[str]
    object: Mapped[str] = mapped_column(default="")
    detail: Mapped[Json]
    ip: Mapped[str] = mapped_column(default="")
    via: Mapped[str]
    result: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    asked_id: Mapped[int | None] = mapped_column(RowId, index=True)


class Bookmark(Base):
    """How far a reader of Asterisk's files has come, by the reader's name."""

    __tablename__ = "bookmarks"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Json]


class Gap(Base):
    """A time in which Asterisk was not heard; open while `ended_at` is None."""

    __tablename__ = "gaps"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    started_at: Mapped[datetime] = mapped_column(unique=True)
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    reason: Mapped[str]
    recovered: Mapped[bool] = mapped_column(default=False)


class Setting(Base):
    """A setting that is changed at run time."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Json]


class DemoMark(Base):
    """Names one row that the demo data brought, so that exactly those can be removed again."""

    __tablename__ = "demo_marks"

    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
