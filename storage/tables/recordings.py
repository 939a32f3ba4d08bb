"""Recordings; the files lie in the store, and the audit says who listened to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import NEVER_REUSED, Base, Id
from storage.tables.columns import RowId


class RecordingState(StrEnum):
    """What has become of a recording that Asterisk said it began; the last three are losses."""

    EXPECTED = "expected"
    STORED = "stored"
    NO_FILE = "no_file"
    NO_SOUND = "no_sound"
    UNREADABLE = "unreadable"


LOST = (RecordingState.NO_FILE, RecordingState.NO_SOUND, RecordingState.UNREADABLE)
_EXPECTED = text("state = 'expected'")


class Recording(Base):
    """The recording of one leg. When stored, `path` is its file in the store: caller left, agent right.

    `agent` is whose leg it is, and so who may hear it. `stint` and `part` make its name one of a kind and
    tell nothing more: the dialplan's count of stays includes those that a full queue refused. Until it is
    stored, and when it is lost, there is no file, and length and size are 0.
    """

    __tablename__ = "recordings"
    __table_args__ = (
        UniqueConstraint("call_id", "stint", "part"),
        # Asked for every few seconds; hardly any row is in it.
        Index("ix_recordings_expected", "call_id", sqlite_where=_EXPECTED, postgresql_where=_EXPECTED),
        NEVER_REUSED,
    )

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
