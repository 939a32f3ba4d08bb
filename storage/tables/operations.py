"""The service's own memory: bookmarks, gaps in what was heard, settings, marks on demo data."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import NEVER_REUSED, Base, Id, Json


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
