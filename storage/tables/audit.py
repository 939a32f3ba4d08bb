"""The audit, and the seals over it; both are only ever added to."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import NEVER_REUSED, Base, Id, Json
from storage.tables.columns import RowId

# PostgreSQL's; a backup brings it along.
TRIGGER_FUNCTION = "audit_is_only_added_to"


class AuditEntry(Base):
    """Who did what to which object, and what came of it: numbers and codes, no person's data.

    `user_id` is a user of ours, also of one who is gone; `account` tells who acted where that is nobody of
    ours. `result` is asked, done, refused or failed, with the reason in `why`; an act that was `asked` for
    has its result in a later entry, whose `asked_id` is the number of the first. `uid` and `signature` are
    those of `office.audit.chain`; the oldest entries have none. Triggers refuse to change or remove an entry.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_object_at", "object", "at"), NEVER_REUSED)

    id: Mapped[Id]
    uid: Mapped[str | None] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(RowId)
    account: Mapped[str] = mapped_column(default="")
    action: Mapped[str]
    object: Mapped[str] = mapped_column(default="")
    detail: Mapped[Json]
    ip: Mapped[str] = mapped_column(default="")
    via: Mapped[str]
    result: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    asked_id: Mapped[int | None] = mapped_column(RowId, index=True)
    signature: Mapped[str] = mapped_column(default="")


class AuditSeal(Base):
    """A link of the chain over the audit; triggers refuse to change or remove one. No foreign key: an entry
    that was removed leaves its seal behind, which tells."""

    __tablename__ = "audit_seals"

    no: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(RowId, unique=True)
    at: Mapped[datetime]
    digest: Mapped[str]
    hash: Mapped[str]
