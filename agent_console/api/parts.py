"""Reading what several routers need: who had part in a call."""

from datetime import timedelta

from storage.recordings.legs import leg_recorded
from storage.tables import Call, Recording


def took_part(call: Call, ext: str) -> bool:
    """Whether the agent was rung for the call, spoke in it, or started it."""
    spoke = any(leg.agent == ext for leg in call.legs)
    return spoke or call.agent == ext or any(offer.agent == ext for offer in call.offers)


def spoke_in(call: Call, recording: Recording, ext: str) -> bool:
    """Whether it is the agent's own conversation. Having spoken in the same call, even in the same stay in a
    queue, is not enough: what came after a transfer is somebody else's.
    """
    if recording.agent is not None:
        return recording.agent == ext
    ended = recording.started_at + timedelta(seconds=recording.length_s)
    leg = leg_recorded(call.legs, None, recording.started_at, ended)
    return leg is not None and leg.agent == ext
