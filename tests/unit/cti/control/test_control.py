"""Carrying out commands: what is undone when Asterisk says no, and what is left to the comparison with it."""

import asyncio

import pytest

from cti.ami.action import ActionReply, AmiAway, AmiError, AmiLost, AmiTimeout
from cti.control.commands import Dial, Refused, SignOut
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


async def test_of_two_clicks_at_once_one_rings_the_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    it = desk()
    sent: list[object] = []
    under_way, both = asyncio.Event(), asyncio.Event()

    async def slow(fields: object) -> ActionReply:
        sent.append(fields)
        under_way.set()
        await both.wait()
        return ActionReply(True, "", {})

    monkeypatch.setattr(it.link, "action", slow)
    it.observe(ev.PhoneReachable(at=at(0), agent="1001"))
    first = asyncio.create_task(it.control.execute(Dial("1001", "10086")))
    await under_way.wait()
    with pytest.raises(Refused) as refused:
        await it.control.execute(Dial("1001", "10086"))
    both.set()
    await first
    assert refused.value.code == "already_dialling"
    assert len(sent) == 1


@pytest.mark.parametrize("kind", [AmiAway, AmiLost])
async def test_whoever_asked_is_not_told_what_is_wrong_with_the_service(
    kind: type[AmiError], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(fields: object) -> ActionReply:
        raise kind("resynchronising failed: OperationalError('[SQL: SELECT] /home/x/ringdesk.db')")

    it = desk()
    monkeypatch.setattr(it.link, "action", away)
    it.observe(ev.MemberAdded(at=at(0), agent="1001", queue="service"))
    with pytest.raises(Refused) as refused:
        await it.control.execute(SignOut("1001", by="ringdesk"))
    assert (refused.value.code, refused.value.detail) == ("asterisk_away", "Asterisk did not answer.")


def a_member(said: str, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An agent who is signed in, and an Asterisk that refuses everything with these words."""

    async def refuse(fields: object) -> ActionReply:
        return ActionReply(False, said, {})

    it = desk()
    monkeypatch.setattr(it.link, "action", refuse)
    it.observe(ev.MemberAdded(at=at(0), agent="1001", queue="service"))
    return it


async def test_asterisks_refusal_comes_with_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="No such queue") as refused:
        await a_member("No such queue", monkeypatch).control.execute(SignOut("1001", by="ringdesk"))
    assert refused.value.code == "asterisk_refused"


async def test_a_refusal_that_means_the_wish_is_fulfilled_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    it = a_member("Unable to remove interface: Not there", monkeypatch)
    await it.control.execute(SignOut("1001", by="ringdesk"))
