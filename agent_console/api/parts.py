"""Reading what several routers need: which calls and conversations are a user's own."""

from datetime import timedelta

from agent_console.auth.sessions import SignedIn
from storage.recordings.legs import leg_recorded
from storage.tables import Call, Recording


def took_part(call: Call, who: SignedIn) -> bool:
    """Whether the user was rung for the call, spoke in it, or started it."""
    if not _held(call, who):
        return False
    spoke = any(leg.agent == who.ext for leg in call.legs)
    return spoke or call.agent == who.ext or any(offer.agent == who.ext for offer in call.offers)


def spoke_in(call: Call, recording: Recording, who: SignedIn) -> bool:
    """Whether it is the user's own conversation. Having spoken in the same call, even in the same stay in a
    queue, is not enough: what came after a transfer is somebody else's.
    """
    if not _held(call, who):
        return False
    if recording.agent is not None:
        return recording.agent == who.ext
    ended = recording.started_at + timedelta(seconds=recording.length_s)
    leg = leg_recorded(call.legs, None, recording.started_at, ended)
    return leg is not None and leg.agent == who.ext


def _held(call: Call, who: SignedIn) -> bool:
    """Whether the extension was this user's when the call began: before, it may have been somebody else's."""
    return who.ext is not None and (who.ext_since is None or call.started_at >= who.ext_since)
