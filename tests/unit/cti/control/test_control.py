"""Carrying out commands: what is undone when Asterisk says no, and what is left to the comparison with it."""

import pytest

from cti.ami.action import AmiAway, AmiError, AmiLost, AmiTimeout
from cti.control.commands import Dial, Refused
from cti.domain import events as ev
from tests.support.desk import Desk, at, desk


async def dialled(it: Desk, problem: AmiError, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the call that Asterisk did not confirm is over for us."""

    async def fail(fields: object) -> None:
        raise problem

    monkeypatch.setattr(it.link, "action", fail)
    it.observe(ev.PhoneReachable(at=at(0), agent="1001"))
    with pytest.raises(Refused) as refused:
        await it.control.execute(Dial("1001", "10086"))
    assert refused.value.code == "asterisk_away"
    (call,) = it.live.floor.calls.values()
    return call.ended_at is not None


async def test_a_call_that_was_never_sent_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await dialled(desk(), AmiAway("not connected"), monkeypatch)


@pytest.mark.parametrize("problem", [AmiLost("cut"), AmiTimeout("no answer")], ids=["lost", "late"])
async def test_a_call_that_asterisk_may_have_begun_is_not_declared_over(
    problem: AmiError, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not await dialled(desk(), problem, monkeypatch)
