"""Which calls and conversations are a user's own."""

from datetime import timedelta

from agent_console.auth.sessions import SignedIn
from office.rules.roles import Privilege
from storage.recordings.legs import leg_recorded
from storage.scope import Everything, Held, Own, Teams
from storage.tables import Call, Recording


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


def may_hear(call: Call, recording: Recording, who: SignedIn) -> bool:
    """Whether the recording is one of those that the user may hear: all, their teams', or their own."""
    match who.scope(Privilege.HEAR_ALL_RECORDINGS):
        case Everything():
            return True
        case Teams(phones=phones):
            return any(spoke_in(call, recording, held) for held in phones)
        case Own(phone=phone):
            return phone is not None and spoke_in(call, recording, phone)


def spoke_in(call: Call, recording: Recording, who: Held) -> bool:
    """Whether it is their own conversation. Having spoken in the same call, even in the same stay in a
    queue, is not enough: what came after a transfer is somebody else's.
    """
    if recording.agent is not None:
        return recording.agent == who.ext and who.had_extension(recording.started_at)
    ended = recording.started_at + timedelta(seconds=recording.length_s)
    leg = leg_recorded(call.legs, None, recording.started_at, ended)
    return leg is not None and leg.agent == who.ext and who.had_extension(leg.started_at)
