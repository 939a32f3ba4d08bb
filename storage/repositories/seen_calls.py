"""Which calls belong to teams, as a condition on `calls`."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_

from storage.repositories.statements import any_row
from storage.scope import Held, Teams
from storage.tables import Call, Leg, Offer, Stint


def of_teams(teams: Teams) -> ColumnElement[bool]:
    """Calls in which one of them spoke, that rang at one of them or that one of them placed; and those that
    nobody answered in a queue which one of them serves now."""
    unanswered = func.coalesce(Stint.outcome, "") != "answered"
    return or_(
        _had(teams.phones, Call.agent, Call.started_at),
        any_row(Leg.call_id == Call.id, _had(teams.phones, Leg.agent, Leg.started_at)),
        any_row(Offer.call_id == Call.id, _had(teams.phones, Offer.agent, Offer.rang_at)),
        any_row(Stint.call_id == Call.id, Stint.queue.in_(sorted(teams.queues)), unanswered),
    )


def _had(phones: Iterable[Held], agent: Any, at: Any) -> ColumnElement[bool]:
    """Whether the extension was one of theirs then."""
    always = sorted(held.ext for held in phones if held.since is None and held.until is None)
    conditions = [agent.in_(always)] if always else []
    for held in phones:
        if held.since is None and held.until is None:
            continue
        when = [agent == held.ext]
        when += [at >= held.since] if held.since is not None else []
        when += [at < held.until] if held.until is not None else []
        conditions.append(and_(*when))
    return or_(*conditions) if conditions else false()
