"""Whose an extension was at a moment: it is the key of all telephony, and may pass to somebody else.

`since` None is for ever, `until` None is now. The rule stands once: for a moment, as a condition of a
statement that knows since when, and for the names of agents.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from storage.tables import Agent, Call, Leg, PastHolder, User
from storage.tables.columns import UtcDateTime


def theirs_at(
    held_since: datetime | None, moment: InstrumentedAttribute[datetime]
) -> tuple[ColumnElement[bool], ...]:
    """The condition that the extension was theirs at the moment of each row; none for ever."""
    return () if held_since is None else (moment >= held_since,)


_NOW = literal(None, UtcDateTime())
HOLDERS = union_all(
    select(
        Agent.extension,
        Agent.user_id,
        Agent.held_since.label("since"),
        literal(None, UtcDateTime()).label("until"),
    ),
    select(PastHolder.extension, PastHolder.user_id, PastHolder.since, PastHolder.until),
).subquery("holders")
"""Everybody who has or had an extension: `extension`, `user_id`, `since`, `until`."""

# When the last agent of a call began to speak in it; who only placed it had the extension from its start.
# A call may wait while the extension changes hands.
_SPOKE_AT = select(func.max(Leg.started_at)).where(Leg.call_id == Call.id, Leg.agent == Call.agent)
_MOMENT = func.coalesce(_SPOKE_AT.correlate(Call).scalar_subquery(), Call.started_at)


def _name_of(held: type[Agent | PastHolder], *then: ColumnElement[bool]) -> ScalarSelect[str]:
    of_call = (User.id == held.user_id, held.extension == Call.agent)
    return select(User.name).where(*of_call, *then).limit(1).correlate(Call).scalar_subquery()


NAME_OF_AGENT = func.coalesce(
    _name_of(Agent, or_(Agent.held_since.is_(None), Agent.held_since <= _MOMENT)),
    _name_of(
        PastHolder,
        PastHolder.until > _MOMENT,
        or_(PastHolder.since.is_(None), PastHolder.since <= _MOMENT),
    ),
).label("agent_name")
"""The name of who had the extension of a call's agent when they spoke in it or placed it.

Asked for each row that is shown: a join with both tables makes SQLite read them whole.
"""
