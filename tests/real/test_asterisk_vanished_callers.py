"""Callers whose line went dead without a word, and callers who are only silent: those leave, these stay."""

from pathlib import Path

import pytest

from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.program import Program
from asterisk_conf.render import render
from asterisk_conf.spec import LEAST_SESSION_SECONDS, QueueSpec, TelephonySpec
from tests.support.telephony.lab import running_lab

# Asterisk asks after half of the session's time and waits for the answer, here less than SIP's 32 s.
_ANSWER_MS = 12800
_LEAVES_WITHIN_S = LEAST_SESSION_SECONDS / 2 + _ANSWER_MS / 1000 + 30


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asterisk waits for an answer as long as this file says."""

    def rendered(spec: TelephonySpec, folders: AsteriskFolders, program: Program) -> tuple[Path, ...]:
        changed = render(spec, folders, program)
        path = folders.etc / "pjsip.conf"
        timers = f"type = system\ntimer_t1 = {_ANSWER_MS // 64}\ntimer_b = {_ANSWER_MS}\n"
        path.write_text(path.read_text().replace("type = system\n", timers))
        return changed

    monkeypatch.setattr("asterisk_conf.private_asterisk.render", rendered)


@pytest.mark.timeout(180)
@pytest.mark.usefixtures("impatient")
async def test_who_vanished_leaves_and_who_is_only_silent_stays(tmp_path: Path) -> None:
    queues = (QueueSpec("service", announce_every_seconds=0),)
    async with running_lab(tmp_path, queues=queues, trunk_session_seconds=LEAST_SESSION_SECONDS) as lab:
        ami = await lab.tap()
        agent = await lab.agent("1001", "service", ami=ami)
        talking = await lab.caller("1111111")
        await talking.dial("4001")
        await (await agent.ring()).answer()
        await ami.wait("AgentConnect")
        waiting = await lab.caller("2222222")
        await waiting.dial("4001")
        silent = await (await lab.caller("3333333")).dial("4001")
        silent.voice.fall_silent()
        await ami.wait("QueueCallerJoin", CallerIDNum="3333333")
        talking.close()
        waiting.close()
        gone = await ami.wait("QueueCallerAbandon", timeout_s=_LEAVES_WITHIN_S)
        assert gone["CallerIDNum"] == "2222222"
        # The agent's own call ended too, so the one who was only silent is next.
        await (await agent.ring()).answer()
        answered = await ami.wait("AgentConnect", CallerIDNum="3333333")
        assert answered["MemberName"] == "1001"
        assert not silent.ended.is_set()
        assert ami.named("UserEvent", UserEvent="RingdeskPhoneLost") == []
