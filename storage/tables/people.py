"""Users, their sign-ins, and the phone extension that makes a user an agent."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.tables.base import NEVER_REUSED, Base, Id
from storage.tables.columns import RowId


class User(Base):
    """Someone who may sign in. `login` is kept in lower case; `role` is agent, supervisor or admin.

    `language` is empty until one was chosen.
    """

    __tablename__ = "users"
    __table_args__ = NEVER_REUSED

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str]
    role: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    theme: Mapped[str] = mapped_column(default="system")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    password_set_at: Mapped[datetime | None]

    agent: Mapped["Agent | None"] = relationship(
        back_populates="user", lazy="raise", cascade="save-update, merge, delete", passive_deletes=True
    )


class SignIn(Base):
    """A session of the console. Only the token's hash is kept, so a copy of the database opens nothing."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(RowId, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    csrf: Mapped[str]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ip: Mapped[str] = mapped_column(default="")
    agent_string: Mapped[str] = mapped_column(default="")

    user: Mapped[User] = relationship(lazy="raise")


class Agent(Base):
    """The phone of a user, in the console (`browser`) or on the desk (`desk`).

    The extension is the agent's key in everything that concerns telephony. The phone's password is derived
    from extension and `phone_epoch`, which only grows; `phone_epoch_why` says what raised it last. What the
    extension did before `held_since` was somebody else's; None when nobody else has had it.
    """

    __tablename__ = "agents"

    extension: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(RowId, ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    phone: Mapped[str] = mapped_column(default="browser")
    phone_epoch: Mapped[int] = mapped_column(RowId, default=0)
    phone_epoch_why: Mapped[str] = mapped_column(default="")
    held_since: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="agent", lazy="raise")


class PastHolder(Base):
    """Who had an extension that is not theirs any more, from `since` (None: for ever) to before `until`.

    Who had it last and gets it back has it as if it had never been away: then there is no such row.
    """

    __tablename__ = "past_holders"
    __table_args__ = (Index("ix_past_holders_extension_until", "extension", "until"),)

    id: Mapped[Id]
    extension: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("users.id", ondelete="SET NULL"))
    since: Mapped[datetime | None]
    until: Mapped[datetime]
