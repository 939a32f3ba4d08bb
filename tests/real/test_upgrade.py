"""An upgrade while people speak: another program's start takes over, and the call goes on with its sound."""

import dataclasses
import signal
from pathlib import Path

import pytest

from ringdesk.installation.home import Home
from ringdesk.supervision.instance import InstanceFile
from tests.support.busy_day import BusyDay, busy_day
from tests.support.ringdesk_up import RingdeskUp
from tests.support.telephony.sip_phone import PhoneCall, SipPhone

# Each is 20 ms.
PACKETS = 50


async def _conversation(day: BusyDay) -> tuple[PhoneCall, PhoneCall, SipPhone]:
    """A caller and the agent who answers."""
    phone = await SipPhone("+8613800138000", day.ringdesk.sip_port).open()
    caller = await phone.dial("4001")
    await caller.voice.hear(5)
    await caller.press("1")
    agent = await day.rings()
    await agent.answer()
    await _both_hear(caller, agent)
    return caller, agent, phone


async def _both_hear(*calls: PhoneCall) -> None:
    for call in calls:
        await call.voice.hear(PACKETS)


def _of_an_older_program(ringdesk: RingdeskUp) -> None:
    file = InstanceFile(Home(ringdesk.home))
    record = file.read()
    assert record is not None
    file.write(dataclasses.replace(record, program="that of the version before"))


@pytest.mark.timeout(240)
async def test_a_call_goes_on_over_an_upgrade_and_over_a_killed_supervisor(tmp_path: Path) -> None:
    async with busy_day(tmp_path, seed=1, faults={}) as day:
        old = day.ringdesk
        caller, agent, phone = await _conversation(day)
        asterisk, service = old.pid("asterisk"), old.pid("service")

        again = RingdeskUp(tmp_path, ports_of=old)
        with pytest.raises(RuntimeError, match="Ringdesk already runs here"):
            await again.start()

        _of_an_older_program(old)
        new = day.ringdesk = RingdeskUp(tmp_path, ports_of=old)
        await new.start()
        assert new.pid("asterisk") == asterisk
        assert new.pid("service") != service
        assert await old.ended() == 0
        await _both_hear(caller, agent)

        new.send(signal.SIGKILL)
        await new.ended()
        third = day.ringdesk = RingdeskUp(tmp_path, ports_of=old)
        await third.start()
        assert third.pid("asterisk") == asterisk
        await _both_hear(caller, agent)
        assert not caller.ended.is_set()

        await caller.hang_up()
        phone.close()
        assert await day.until_settled() == []
        # It is watched as if it were a child of its own.
        third.kill("asterisk")
        await third.until_said("asterisk runs again")
