"""Whose an extension was in a call: a name is not put to what somebody else did there before."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, true

from storage.tables import Agent, Call


def had_extension(ended_at: datetime | None) -> ColumnElement[bool]:
    """Whether who has the extension now had it already when the call ended; None while it lasts."""
    if ended_at is None:
        return true()
    return or_(Agent.held_since.is_(None), Agent.held_since <= ended_at)


WHO_HAD_THE_CALL = and_(
    Agent.extension == Call.agent,
    or_(Agent.held_since.is_(None), Call.ended_at.is_(None), Agent.held_since <= Call.ended_at),
)
"""Joins a call with the phone of its agent, when that is still the same person's."""
