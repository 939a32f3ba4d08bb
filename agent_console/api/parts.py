"""What several routers need: which calls and conversations are a user's own, and whether they go on."""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from typing import Any

from agent_console.auth.sessions import SignedIn
from storage.recordings.legs import leg_recorded
from storage.tables import Call, Recording


class LegNow(Enum):
    """What an agent does about a leg at this moment."""

    GOES_ON = "goes on"
    IN_HAND = "in after-call work"
    SET_ASIDE = "in after-call work that something else interrupted"
    OVER = "over"


def leg_now(own: Mapping[str, Any] | None, call_id: str, turn: int) -> LegNow | None:
    """What the agent (as the live picture has them) does about this leg; None when it does not know."""
    if own is None:
        return None
    if {"call": call_id, "turn": turn} in own["aside"]:
        return LegNow.SET_ASIDE
    if own["call"] != call_id or own["turn"] is None or turn > own["turn"]:
        return None
    if turn < own["turn"]:
        return LegNow.OVER
    return LegNow.IN_HAND if own["wrap_up_call"] == call_id else LegNow.GOES_ON


def works_on(own: Mapping[str, Any] | None, call_id: str) -> bool:
    """Whether the agent is in the call, or in after-call work on it."""
    if own is None:
        return False
    return own["call"] == call_id or any(work["call"] == call_id for work in own["aside"])


def had_turn(call: Call, turn: int, who: SignedIn) -> bool:
    """Whether the call was the user's for the so-manieth time, or only rang at their phone after that."""
    spoke = [leg.started_at for leg in call.legs if leg.agent == who.ext]
    if turn <= len(spoke):
        return who.had_extension(spoke[turn - 1])
    return turn == len(spoke) + 1 and took_part(call, who)


def took_part(call: Call, who: SignedIn) -> bool:
    """Whether the user was rung for the call, spoke in it, or started it."""
    moments = [leg.started_at for leg in call.legs if leg.agent == who.ext]
    moments += [offer.rang_at for offer in call.offers if offer.agent == who.ext]
    if call.agent == who.ext:
        moments.append(call.started_at)
    return any(map(who.had_extension, moments))


def spoke_in(call: Call, recording: Recording, who: SignedIn) -> bool:
    """Whether it is the user's own conversation. Having spoken in the same call, even in the same stay in a
    queue, is not enough: what came after a transfer is somebody else's.
    """
    if recording.agent is not None:
        return recording.agent == who.ext and who.had_extension(recording.started_at)
    ended = recording.started_at + timedelta(seconds=recording.length_s)
    leg = leg_recorded(call.legs, None, recording.started_at, ended)
    return leg is not None and leg.agent == who.ext and who.had_extension(leg.started_at)
