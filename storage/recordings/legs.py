"""Whose conversation a recording holds: decided by who it names and by its time, never by its number."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from storage.tables import Leg

# The mark that a recording began is written a moment before the leg's, and by another process.
APART = timedelta(seconds=2)


def leg_recorded(legs: Iterable[Leg], agent: str | None, began: datetime, ended: datetime) -> Leg | None:
    """The leg that was longest under way from `began` to `ended`, of `agent` where the name tells it.

    None when nobody was in conversation then.
    """
    near = [leg for leg in legs if agent in (None, leg.agent) and _overlap(leg, began, ended) > -APART]
    return max(near, key=lambda leg: _overlap(leg, began, ended), default=None)


def _overlap(leg: Leg, began: datetime, ended: datetime) -> timedelta:
    return min(leg.ended_at or ended, ended) - max(leg.started_at, began)
