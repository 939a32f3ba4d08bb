"""Many transfers with telephones whose packets are numbered by chance: both voices are in every recording."""

import random

import pytest

from tests.support.telephony.calls import transferred
from tests.support.telephony.lab import Lab
from tests.support.telephony.recorded import recorded_sides

pytestmark = pytest.mark.timeout(900)

TRANSFERS = 60
CALLER_HZ, AGENT_HZ = 450, 600


async def test_both_voices_are_in_every_recording_of_many_transfers(lab: Lab) -> None:
    """In turns to a queue and to an agent, and half of the callers send no sound at all after it."""
    chance = random.Random(15)
    ami = await lab.tap()
    first = await lab.agent("1001", "service", ami=ami)
    second = await lab.agent("1002", "sales", ami=ami)
    missing = []
    for number in range(TRANSFERS):
        to, silent = ("queue", "agent")[number % 2], number % 4 < 2
        since = len(ami.events)
        call = await (await lab.caller()).dial("4001")
        ringing = await first.ring()
        ringing.voice.count_from(chance.randrange(1 << 16))
        await ringing.answer()
        call_id = (await ami.wait("AgentConnect", since=since))["Uniqueid"]
        await ringing.voice.hear(10)
        if silent:
            call.voice.fall_silent()
        await transferred(ami, to, "sales", "1002")
        again = await second.ring()
        again.voice.count_from(chance.randrange(1 << 16))
        await again.answer()
        name = f"{call_id}-{'2' if to == 'queue' else '1.1'}@1002"
        await ami.wait("UserEvent", UserEvent="RingdeskRecording", File=name)
        await call.voice.hear(25)
        await call.hang_up()
        await ami.wait("Hangup", since=since, Uniqueid=call_id)
        recorded = await recorded_sides(lab, name)
        agent, caller = recorded.agent, recorded.caller
        # A busy machine sends in bursts, of which Asterisk drops a part; the fault would leave nothing.
        complete = agent.seconds_of(AGENT_HZ) > 0.2 and (silent or caller.seconds_of(CALLER_HZ) > 0.2)
        if not complete:
            missing.append((number, to, silent, agent, caller))
    assert missing == []
