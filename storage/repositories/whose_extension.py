"""Whose an extension was: from `held_since` on, None is for ever, theirs who has it now; before, another's.

The one rule: for a moment, as a condition of a statement that knows since when, and for the names of agents.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from storage.repositories.statements import any_row
from storage.tables import Agent, Call, Leg


def was_theirs(held_since: datetime | None, at: datetime) -> bool:
    """Whether the extension was theirs then."""
    return held_since is None or held_since <= at


def theirs_at(
    held_since: datetime | None, moment: InstrumentedAttribute[datetime]
) -> tuple[ColumnElement[bool], ...]:
    """The condition that the extension was theirs at the moment of each row; none for ever."""
    return () if held_since is None else (moment >= held_since,)


WHO_HAD_THE_CALL = and_(
    Agent.extension == Call.agent,
    or_(
        Agent.held_since.is_(None),
        Agent.held_since <= Call.started_at,
        # The extension changed hands while the caller waited.
        any_row(Leg.call_id == Call.id, Leg.agent == Agent.extension, Leg.started_at >= Agent.held_since),
    ),
)
"""Joins a call with the phone of its agent, when who has it now spoke in the call or placed it."""
