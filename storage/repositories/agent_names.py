"""Whose an extension was in a call: a name is not put to what somebody else did there before."""

from sqlalchemy import and_, or_

from storage.repositories.statements import any_row
from storage.tables import Agent, Call, Leg

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
