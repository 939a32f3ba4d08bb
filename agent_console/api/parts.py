"""Reading what several routers need: who had part in a call."""

from storage.tables import Call, Recording


def took_part(call: Call, ext: str) -> bool:
    """Whether the agent was rung for the call, spoke in it, or started it."""
    spoke = any(leg.agent == ext for leg in call.legs)
    return spoke or call.agent == ext or any(offer.agent == ext for offer in call.offers)


def spoke_in(call: Call, recording: Recording, ext: str) -> bool:
    """Whether the agent's own voice is in the recording: it is theirs, or they had a leg of its stint."""
    if recording.agent == ext:
        return True
    return any(leg.agent == ext and leg.stint == recording.stint for leg in call.legs)
