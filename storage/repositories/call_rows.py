"""The lines of the history as a statement: what is told of a call in a list, and in its own answer too."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, null, select

from storage.repositories.caller_names import CALLER_NAMES
from storage.repositories.whose_extension import NAME_OF_AGENT, theirs_at
from storage.repositories.wrap_ups import newest_of_last_agent
from storage.rows.calls import HistoryFilter
from storage.tables import Call, Customer, Leg, Recording, WrapUp


def call_rows(wanted: HistoryFilter) -> Select[*tuple[Any, ...]]:
    """The columns of `CallRow`, in their order."""
    recorded = exists().where(Recording.call_id == Call.id, Recording.state == "stored")
    return (
        select(
            Call.id,
            Call.direction,
            Call.hotline,
            Call.number,
            Call.number_e164,
            Call.name,
            Call.language,
            Call.started_at,
            Call.answered_at,
            Call.ended_at,
            Call.outcome,
            Call.queue,
            Call.agent,
            Call.wait_s,
            Call.talk_s,
            _talk_of(wanted),
            Call.hold_s,
            Call.incomplete,
            Call.test,
            Call.customer_id,
            *CALLER_NAMES,
            NAME_OF_AGENT,
            WrapUp.disposition,
            WrapUp.status,
            recorded,
        )
        .outerjoin(Customer, Customer.id == Call.customer_id)
        .outerjoin(WrapUp, newest_of_last_agent())
    )


def _talk_of(wanted: HistoryFilter) -> ColumnElement[Any]:
    """What the agent whose calls are listed spoke in each; a colleague's part is not theirs."""
    if wanted.agent is None:
        return null()
    # All columns of the legs' index are given, or SQLite might look through all that the agent ever spoke.
    legs = (Leg.agent == wanted.agent, Leg.call_started_at == Call.started_at, Leg.call_id == Call.id)
    theirs = theirs_at(wanted.agent_since, Leg.started_at)
    return select(func.sum(Leg.talk_s)).where(*legs, *theirs).scalar_subquery()
