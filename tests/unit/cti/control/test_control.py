"""Carrying out commands: what is undone when Asterisk says no, and what is left to the comparison with it."""

import asyncio
from collections.abc import Mapping

import pytest

from cti.ami.action import ActionReply, AmiAway, AmiError, AmiLost, AmiTimeout
from cti.control.commands import Dial, GoReady, Pause, Refused, SignOut
from cti.control.rules import Membership
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


def of_two_queues(*members: str) -> Desk:
    """An agent who serves sales and service, and is a member of these."""
    it = desk()
    it.control.memberships = {"1001": [Membership("sales"), Membership("service")]}
    it.observe(ev.PhoneReachable(at=at(0), agent="1001"))
    it.observe(*(ev.MemberAdded(at=at(0), agent="1001", queue=queue) for queue in members))
    return it


def refusing(it: Desk, queue: str, monkeypatch: pytest.MonkeyPatch, problem: AmiError | None = None) -> None:
    """From now on Asterisk takes nothing about this queue."""
    take = it.link.action

    async def action(fields: Mapping[str, str]) -> ActionReply:
        reply = await take(fields)
        if fields.get("Queue") != queue:
            return reply
        if problem is not None:
            raise problem
        return ActionReply(False, "Unable to do that", {})

    monkeypatch.setattr(it.link, "action", action)


@pytest.mark.parametrize(
    ("command", "members"),
    [(GoReady("1001"), ()), (Pause("1001", "lunch"), ()), (SignOut("1001", by="x"), ("sales", "service"))],
    ids=["sign-in", "sign-in to a pause", "sign-out"],
)
async def test_a_queue_that_asterisk_refuses_keeps_an_agent_from_no_other(
    command: GoReady | Pause | SignOut, members: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    it = of_two_queues(*members)
    refusing(it, "sales", monkeypatch)
    with pytest.raises(Refused, match="Unable to do that"):
        await it.control.execute(command)
    assert [asked["Queue"] for asked in it.link.asked] == ["sales", "service"]


async def test_a_member_of_a_queue_that_is_no_more_can_sign_out(monkeypatch: pytest.MonkeyPatch) -> None:
    it = a_member("Unable to remove interface from queue: No such queue", monkeypatch)
    await it.control.execute(SignOut("1001", by="ringdesk"))


async def test_ready_repairs_a_sign_out_that_was_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    it = of_two_queues("sales", "service")
    with monkeypatch.context() as patched:
        refusing(it, "service", patched, AmiLost("cut"))
        with pytest.raises(Refused):
            await it.control.execute(SignOut("1001", by="x"))
    it.observe(ev.MemberRemoved(at=at(5), agent="1001", queue="sales"))
    it.link.asked.clear()
    await it.control.execute(GoReady("1001"))
    assert [(asked["Action"], asked["Queue"]) for asked in it.link.asked] == [("QueueAdd", "sales")]
