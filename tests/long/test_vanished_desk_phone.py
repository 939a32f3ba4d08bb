"""A desk phone that vanishes in mid-call is found by asking it, and its caller is the next to be served."""

from pathlib import Path

import pytest

from tests.support.telephony.lab import running_lab

# Half of the session's time passes before Asterisk asks, and it waits half a minute for the answer.
FOUND_WITHIN_S = 150


@pytest.mark.timeout(240)
async def test_a_vanished_desk_phone_gives_its_caller_back(tmp_path: Path) -> None:
    async with running_lab(tmp_path, desk_rtp_timeout_seconds=0) as lab:
        ami = await lab.tap()
        agent = await lab.agent("1001", "service", ami=ami)
        caller = await (await lab.caller()).dial("4001")
        await (await agent.ring()).answer()
        await ami.wait("AgentConnect")
        before = len(ami.events)
        agent.close()
        again = await ami.wait("QueueCallerJoin", since=before, timeout_s=FOUND_WITHIN_S)
        assert again["Position"] == "1"
        assert ami.named("UserEvent", UserEvent="RingdeskPhoneLost", Agent="1001")
        assert ami.named("QueueMemberPause", MemberName="1001", PausedReason="phone_lost")
        assert not caller.ended.is_set()
