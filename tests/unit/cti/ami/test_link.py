"""The link's life: states in order, lists, resynchronising, and every way to lose it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from cti.ami.action import ActionReply, AmiBusy, AmiLost
from cti.ami.backoff import Backoff
from cti.ami.inbox import Inbox
from cti.ami.state import DownReason, LinkLost, LinkReady
from cti.settings import AmiSettings
from tests.unit.cti.ami.fake_ami import FULLY_BOOTED, FakeAmi, answer, listing, message
from tests.unit.cti.ami.listening import Listening, listening

# uvloop's clock goes in milliseconds.
CLOCK_TICK = timedelta(milliseconds=2)
CHANNELS = (
    {"Event": "CoreShowChannel", "Channel": "PJSIP/1001-1"},
    {"Event": "CoreShowChannel", "Channel": "PJSIP/1002-2"},
)


async def test_a_list_is_answered_with_its_items_although_their_events_are_unwanted() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.answers["CoreShowChannels"] = listing("CoreShowChannelsComplete", *CHANNELS)
        reply = await owner.link.action_list({"Action": "CoreShowChannels"})
        assert reply.success
        assert [item["Channel"] for item in reply.events] == ["PJSIP/1001-1", "PJSIP/1002-2"]


async def test_an_empty_list_and_a_refused_list_are_answers() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.answers["BridgeList"] = listing("BridgeListComplete")
        assert (await owner.link.action_list({"Action": "BridgeList"})).events == ()
        refused = await owner.link.action_list({"Action": "NoSuchList"})
        assert not refused.success
        assert "unknown command" in refused.message


async def test_actions_in_flight_get_their_own_answers() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.answers["Getvar"] = lambda asked: message(
            Response="Success", ActionID=asked["ActionID"], Value=asked["Variable"]
        )
        ami.answers["CoreShowChannels"] = listing("CoreShowChannelsComplete", *CHANNELS)
        asked = [owner.link.action({"Action": "Getvar", "Variable": str(n)}) for n in range(50)]
        lists = [owner.link.action_list({"Action": "CoreShowChannels"}) for _ in range(5)]
        replies: list[ActionReply] = await asyncio.gather(*asked, *lists)
        assert [reply.fields["Value"] for reply in replies[:50]] == [str(n) for n in range(50)]
        assert all(len(reply.events) == 2 for reply in replies[50:])


async def test_originate_response_is_an_event_even_while_its_action_waits() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:

        def originate(asked: dict[str, str]) -> bytes:
            mark = {"ActionID": asked["ActionID"], "Response": "Failure"}
            early = message(Event="OriginateResponse", **mark)
            return early + (answer(Message="Originate successfully queued")(asked) or b"")

        ami.answers["Originate"] = originate
        reply = await owner.link.action({"Action": "Originate", "Async": "true"})
        assert reply.message == "Originate successfully queued"
        (event,) = await owner.until_events(1)
        assert (event["Event"], event["Response"]) == ("OriginateResponse", "Failure")


async def test_an_unwanted_event_with_an_action_id_is_no_event_for_the_owner() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.answers["CoreStatus"] = lambda asked: None
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(expect_lost(owner, "CoreStatus"))
            await ami.until_asked("CoreStatus")
            ami.event("AsyncAGIEnd", ActionID="of-someone-else")
            ami.event("Hangup", ActionID="of-someone-else")
            assert [event["Event"] for event in await owner.until_events(1)] == ["Hangup"]
            ami.cut()
            await waiting


async def test_too_many_actions_in_flight_are_refused() -> None:
    async with FakeAmi() as ami, listening(ami, max_actions_in_flight=1) as owner:
        ami.answers["CoreStatus"] = lambda asked: None
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(expect_lost(owner, "CoreStatus"))
            await ami.until_asked("CoreStatus")
            with pytest.raises(AmiBusy):
                await owner.link.action({"Action": "Ping"})
            ami.cut()
            await waiting


async def expect_lost(owner: Listening, action: str) -> None:
    with pytest.raises(AmiLost):
        await owner.link.action({"Action": action})


async def test_the_link_is_ready_only_after_fully_booted() -> None:
    async with FakeAmi(boots=False) as ami, listening(ami, ready=False) as owner:
        await ami.until_asked("Login")
        ami.event("Newchannel", Uniqueid="1")
        assert owner.heard == []
        ami.write(FULLY_BOOTED)
        await owner.until_events(1)
        ready, event = owner.heard
        assert isinstance(ready, LinkReady)
        assert isinstance(event, dict)
        assert ready.uptime_s == 4
        assert ready.listening_since <= ready.at <= datetime.now(UTC)


async def test_fully_booted_that_never_comes_is_explained() -> None:
    async with FakeAmi(boots=False) as ami, listening(ami, ready=False, boot_timeout_s=0.02) as owner:
        lost = await owner.until_lost()
        assert lost.reason is DownReason.NOT_BOOTED
        assert "read=system" in lost.detail


async def test_a_loss_before_fully_booted_is_no_readiness() -> None:
    async with FakeAmi(boots=False) as ami, listening(ami, ready=False) as owner:
        await ami.until_asked("Login")
        ami.cut()
        await ami.until_connected(2)
        assert [type(state) for state in owner.states] == [LinkLost]


async def test_a_secret_that_cannot_be_sent_is_explained() -> None:
    async with FakeAmi() as ami, listening(ami, ready=False, secret="two\r\nlines") as owner:
        lost = await owner.until_lost()
        assert lost.reason is DownReason.REJECTED
        assert "'Secret'" in lost.detail
        assert "two" not in lost.detail
        assert ami.asked == []


async def test_events_wait_while_the_owner_resynchronises() -> None:
    async with FakeAmi() as ami:

        def prepare(owner: Listening) -> None:
            async def compare() -> None:
                ami.event("Newchannel", Uniqueid="1")
                await owner.link.action_list({"Action": "CoreShowChannels"})
                assert owner.events == []

            owner.on_ready = compare

        ami.answers["CoreShowChannels"] = listing("CoreShowChannelsComplete", *CHANNELS)
        async with listening(ami, prepare=prepare) as owner:
            await owner.until_events(1)
            assert [type(one) for one in owner.heard] == [LinkReady, dict]


@pytest.mark.parametrize("problem", [ValueError("a bug"), AmiLost("gone")])
async def test_resynchronising_that_fails_is_done_again(problem: Exception) -> None:
    failures = [problem]

    async def compare() -> None:
        if failures:
            raise failures.pop()

    def prepare(owner: Listening) -> None:
        owner.on_ready = compare

    async with FakeAmi() as ami, listening(ami, prepare=prepare) as owner:
        assert [lost.reason for lost in owner.lost] == [DownReason.RESYNC_FAILED]
        assert ami.connections == 2


async def test_resynchronising_that_hangs_is_ended() -> None:
    async def compare() -> None:
        await asyncio.Event().wait()

    def prepare(owner: Listening) -> None:
        owner.on_ready = compare

    async with (
        FakeAmi() as ami,
        listening(ami, ready=False, prepare=prepare, resync_timeout_s=0.02) as owner,
    ):
        assert (await owner.until_lost()).reason is DownReason.RESYNC_FAILED


async def test_everything_heard_before_a_loss_is_delivered_before_the_loss_is_told() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        before = datetime.now(UTC)
        ami.write(b"".join(message(Event="Hangup", Uniqueid=str(n)) for n in range(500)))
        ami.cut()
        lost = await owner.until_lost()
        assert owner.heard.index(lost) == 501
        assert lost.reason is DownReason.CLOSED
        assert lost.heard_until is not None
        assert before - CLOCK_TICK <= lost.heard_until <= lost.at


async def test_a_message_cut_in_the_middle_is_not_delivered() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        whole = message(Event="Hangup", Uniqueid="1")
        ami.write(whole + whole[:20])
        ami.cut()
        await owner.until_lost()
        assert len(owner.events) == 1


async def test_the_gap_begins_with_the_last_byte_of_the_last_good_connection() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.boots = False
        ami.cut()
        first = await owner.until_lost()
        await ami.until_connected(2)
        await ami.stop()
        second = await owner.until_lost(2)
        assert second.heard_until == first.heard_until is not None


async def test_a_shutdown_is_told_as_such() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.event("Shutdown", Shutdown="Cleanly", Restart="False")
        assert (await owner.until_lost()).reason is DownReason.SHUTDOWN
        await owner.until_ready(2)


async def test_a_server_that_is_not_asterisk_is_told_as_such() -> None:
    greeting = b"HTTP/1.1 400 Bad Request\r\n\r\n"
    async with FakeAmi(greeting=greeting) as ami, listening(ami, ready=False) as owner:
        lost = await owner.until_lost()
    assert lost.reason is DownReason.NOT_ASTERISK
    assert "HTTP/1.1 400" in lost.detail


async def test_a_login_without_an_answer_ends_the_attempt() -> None:
    async with FakeAmi() as ami:
        ami.is_deaf = True
        async with listening(ami, ready=False, login_timeout_s=0.02) as owner:
            assert (await owner.until_lost()).reason is DownReason.SILENT


async def test_each_reason_is_told_once_and_the_return_is_told() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        await ami.stop()
        await owner.until_lost(2)
        await ami.listen()
        await owner.until_ready(2)
        told = [s.reason if isinstance(s, LinkLost) else None for s in owner.states]
        assert told == [None, DownReason.CLOSED, DownReason.UNREACHABLE, None]
        assert "127.0.0.1" in owner.lost[1].detail


async def test_a_link_that_is_turned_away_comes_again_until_there_is_a_place() -> None:
    """As Asterisk does it while others hold all places of those who have not signed in."""
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.turns_away = True
        connected = ami.connections
        ami.cut()
        lost = await owner.until_lost(2)
        assert lost.reason is DownReason.TURNED_AWAY
        assert "have not signed in" in lost.detail
        await ami.until_connected(connected + 3)
        ami.turns_away = False
        await owner.until_ready(2)
        assert [lost.reason for lost in owner.lost] == [DownReason.CLOSED, DownReason.TURNED_AWAY]


def test_whoever_is_turned_away_comes_again_at_once() -> None:
    backoff = Backoff(AmiSettings(retry_first_s=1.0, turned_away_retry_s=0.2), lambda: 1.0)
    assert [backoff.next_delay_s(DownReason.TURNED_AWAY) for _ in range(3)] == [0.2, 0.2, 0.2]


def test_delays_grow_to_their_limit_with_jitter_and_begin_again() -> None:
    settings = AmiSettings(retry_first_s=1.0, retry_max_s=10.0, rejected_retry_s=60.0)
    full, half = Backoff(settings, lambda: 1.0), Backoff(settings, lambda: 0.0)
    assert [full.next_delay_s(DownReason.CLOSED) for _ in range(6)] == [1, 2, 4, 8, 10, 10]
    assert [half.next_delay_s(DownReason.CLOSED) for _ in range(3)] == [0.5, 1, 2]
    assert half.next_delay_s(DownReason.REJECTED) == 30
    full.forget()
    assert full.next_delay_s(DownReason.CLOSED) == 1


async def test_the_inbox_can_be_emptied_after_it_was_closed() -> None:
    inbox = Inbox(2)
    assert inbox.offer(b"1")
    assert inbox.offer(b"2")
    assert not inbox.offer(b"3")
    inbox.close()
    assert await inbox.take(1) == [b"1"]
    assert await inbox.take(5) == [b"2"]
    assert await inbox.take(5) == []
