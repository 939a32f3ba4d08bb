"""The faults P1 to P13 of panoramisk 1.4, one test or more for each: all fail without our repair."""

import asyncio
import logging
from typing import Any
from unittest.mock import Mock

import pytest
from structlog.testing import capture_logs

from cti.ami.action import AmiAway, AmiLost, AmiTimeout, AmiValueRefused
from cti.ami.connection import Connection, Request, connect
from cti.ami.framing import parse
from cti.ami.state import DownReason
from tests.unit.cti.ami.fake_ami import FULLY_BOOTED, GREETING, FakeAmi, answer, message
from tests.unit.cti.ami.listening import WANTED, Listening, listening, listening_with, settings_for

ORIGINATE = {"Action": "Originate", "Channel": "Local/1@x", "Application": "Wait", "Data": "1"}


def bare_connection(ami: FakeAmi, **changed: Any) -> Connection:
    """A connection without a socket, to feed bytes to."""
    connection = Connection(settings_for(ami, **changed), WANTED)
    connection.connection_made(Mock(spec=asyncio.Transport))
    connection.data_received(GREETING)
    return connection


async def never(waiting: Any, within_s: float = 0.3) -> None:
    """Something that must not happen does not happen for a while."""
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(waiting, within_s)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (ORIGINATE, "Originate successfully queued"),
        ({"Action": "PlayDTMF", "Channel": "x", "Digit": "1"}, "DTMF successfully queued"),
    ],
)
async def test_p1_an_answer_that_says_queued_is_an_answer(ask: dict[str, str], said: str) -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.answers[ask["Action"]] = answer(Message=said)
        reply = await owner.link.action(ask, timeout_s=2)
        assert (reply.success, reply.message) == (True, said)
        assert ami.connections == 1


async def test_p2_queue_add_is_answered_at_once() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.answers["QueueAdd"] = answer(Message="Added interface to queue")
        ask = {"Action": "QueueAdd", "Queue": "service", "Interface": "PJSIP/1001"}
        assert (await owner.link.action(ask, timeout_s=2)).success


async def test_p3_a_consumer_that_raises_costs_one_event_only() -> None:
    def refuse_the_first(fields: dict[str, str]) -> None:
        if fields["Uniqueid"] == "1":
            raise KeyError("a field is missing")

    async with FakeAmi() as ami, listening(ami) as owner:
        owner.on_event = refuse_the_first
        with capture_logs() as logs:
            ami.write(message(Event="Hangup", Uniqueid="1") + message(Event="Hangup", Uniqueid="2"))
            assert [event["Uniqueid"] for event in await owner.until_events(1)] == ["2"]
        assert ami.connections == 1
        assert [log["name"] for log in logs if log["log_level"] == "error"] == ["Hangup"]


async def test_p3_a_callback_of_the_library_that_raises_costs_one_message_only() -> None:
    async with FakeAmi(greeting=b"") as ami:
        connection = await connect(settings_for(ami), WANTED)
        assert connection.factory is not None
        connection.data_received(GREETING)
        connection.factory.register_event("FullyBooted", Mock(side_effect=ValueError("broken")))
        connection.data_received(FULLY_BOOTED + message(Event="Hangup", Uniqueid="2"))
        assert len(connection.inbox) == 1
        assert connection.loss is None
        connection.break_off(DownReason.CLOSED, "end of the test")


async def test_p4_an_action_in_flight_is_never_sent_again() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.answers["Originate"] = lambda asked: None
        async with asyncio.TaskGroup() as group:
            call = group.create_task(_expect_lost(owner))
            await ami.until_asked("Originate")
            ami.cut()
            await call
        await owner.until_ready(2)
        assert (await owner.link.action({"Action": "Ping"})).success
        assert ami.count("Originate") == 1


async def test_p4_nothing_is_kept_when_panoramisk_closes_by_itself(caplog: pytest.LogCaptureFixture) -> None:
    """What it keeps for later it also writes into the log, secrets included."""
    caplog.set_level(logging.DEBUG)
    async with FakeAmi() as ami:
        connection = await connect(settings_for(ami), WANTED)
        connection.send(Request({"Action": "Setvar", "Value": "hunter2-hunter2"}, expects_list=False))
        connection.close()
        assert connection.factory is not None
        assert not connection.factory.awaiting_actions
    assert "hunter2" not in caplog.text


async def _expect_lost(owner: Listening) -> None:
    with pytest.raises(AmiLost, match="Originate"):
        await owner.link.action(ORIGINATE)


async def test_p5_a_character_split_across_two_reads_arrives_whole() -> None:
    async with FakeAmi() as ami:
        raw = message(Event="Newchannel", CallerIDName="李娜 🦊", Uniqueid="1")
        for cut in range(1, len(raw)):
            connection = bare_connection(ami)
            connection.data_received(raw[:cut])
            connection.data_received(raw[cut:])
            (taken,) = await connection.inbox.take(2)
            assert parse(taken)["CallerIDName"] == "李娜 🦊"


@pytest.mark.parametrize("bad", ["x\r\nAction: Originate", "x\nAction: Ping", "x\ry", "x\0y"])
@pytest.mark.parametrize("place", ["value", "one of several values", "name"])
async def test_p6_what_would_begin_a_second_action_is_refused(bad: str, place: str) -> None:
    ask: dict[str, str | list[str]] = {"Action": "Setvar", "Variable": "NOTE", "Value": "fine"}
    if place == "value":
        ask["Value"] = bad
    elif place == "name":
        ask[bad] = "fine"
    else:
        ask["Variable"] = ["A=1", bad]
    async with FakeAmi() as ami, listening(ami) as owner:
        with pytest.raises(AmiValueRefused) as refused:
            await owner.link.action(ask)
        if place == "value":
            assert bad not in str(refused.value)
        await owner.link.action({"Action": "Ping"})
        assert [asked["Action"] for asked in ami.asked] == ["Login", "Ping"]


async def test_p7_a_peer_that_went_without_a_word_is_noticed() -> None:
    async with FakeAmi() as ami, listening(ami, idle_ping_s=0.03, pong_timeout_s=0.05) as owner:
        ami.is_deaf = True
        lost = await owner.until_lost()
        assert lost.reason is DownReason.SILENT
        ami.is_deaf = False
        await owner.until_ready(2)


async def test_p7_a_quiet_peer_that_answers_its_pings_is_kept() -> None:
    async with FakeAmi() as ami, listening(ami, idle_ping_s=0.01, pong_timeout_s=5.0) as owner:
        await ami.until_asked("Ping", 5)
        assert owner.lost == []
        assert ami.connections == 1


async def test_p7_a_pause_of_our_own_is_not_taken_for_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """After SIGSTOP and SIGCONT the clock has moved on, and the peer deserves a Ping before a verdict."""
    async with FakeAmi() as ami:
        connection = bare_connection(ami, idle_ping_s=5.0, pong_timeout_s=5.0)
        loop = asyncio.get_running_loop()
        start = loop.time()
        monkeypatch.setattr(loop, "time", lambda: start + 1000)
        assert connection.probe() == 5.0
        assert connection.loss is None
        monkeypatch.setattr(loop, "time", lambda: start + 1006)
        connection.probe()
        assert connection.loss is not None
        monkeypatch.undo()
        assert connection.loss.reason is DownReason.SILENT


async def test_p7_an_answer_within_the_same_tick_of_the_clock_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """uvloop's clock goes in milliseconds, and Asterisk answers a Ping in a fifth of one."""
    async with FakeAmi() as ami:
        connection = bare_connection(ami, idle_ping_s=5.0, pong_timeout_s=5.0)
        loop = asyncio.get_running_loop()
        start = loop.time()
        monkeypatch.setattr(loop, "time", lambda: start + 6)
        connection.probe()
        connection.data_received(b"Event: Nothing\r\n\r\n")
        monkeypatch.setattr(loop, "time", lambda: start + 11)
        connection.probe()
        monkeypatch.undo()
        assert connection.loss is None


async def test_p8_ending_the_link_during_the_delay_ends_it() -> None:
    async with FakeAmi() as ami:
        async with listening(ami, retry_first_s=0.1, retry_max_s=0.1) as owner:
            ami.cut()
            await owner.until_lost()
        await never(ami.until_connected(2))


async def test_p8_ending_the_link_while_nobody_listens_ends_it() -> None:
    async with FakeAmi() as ami:
        await ami.stop()
        async with listening(ami, ready=False, retry_first_s=0.1, retry_max_s=0.1) as owner:
            assert (await owner.until_lost()).reason is DownReason.UNREACHABLE
        await ami.listen()
        await never(ami.until_connected(1))


async def test_p9_an_action_without_an_answer_times_out() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.answers["CoreStatus"] = lambda asked: None
        async with asyncio.timeout(5):
            with pytest.raises(AmiTimeout, match="CoreStatus"):
                await owner.link.action({"Action": "CoreStatus"}, timeout_s=0.02)
        ami.write(message(Response="Success", ActionID=ami.asked[-1]["ActionID"]))
        assert (await owner.link.action({"Action": "Ping"}, timeout_s=2)).fields["Ping"] == "Pong"
        assert ami.connections == 1


async def test_p10_a_wrong_password_is_said_once_in_words_and_retried() -> None:
    async with FakeAmi(secret="another") as ami, listening(ami, ready=False) as owner:
        await ami.until_connected(4)
        (lost,) = owner.lost
        assert lost.reason is DownReason.REJECTED
        assert "ringdesk" in lost.detail
        assert "Authentication failed" in lost.detail
        assert "manager.conf" in lost.detail
        ami.secret = "s3cret"
        await owner.until_ready()


async def test_a_secret_that_was_replaced_is_the_one_of_the_next_login() -> None:
    secret = "s3cret"
    async with FakeAmi() as ami, listening_with(settings_for(ami), secret=lambda: secret) as owner:
        ami.secret = secret = "another"
        ami.cut()
        await owner.until_ready(2)
        assert [lost.reason for lost in owner.lost] == [DownReason.CLOSED]


async def test_p10_a_wrong_password_is_retried_slowly() -> None:
    async with FakeAmi(secret="another") as ami, listening(ami, ready=False, rejected_retry_s=60.0) as owner:
        await owner.until_lost()
        await never(ami.until_connected(2))


async def test_p11_an_action_without_a_connection_fails_at_once() -> None:
    async with FakeAmi() as ami, listening(ami, retry_first_s=60.0, retry_max_s=60.0) as owner:
        ami.cut()
        await owner.until_lost()
        with pytest.raises(AmiAway, match="Asterisk closed the connection"):
            await owner.link.action(ORIGINATE)
        assert ami.count("Originate") == 0


async def test_p11_an_action_before_the_first_connection_fails_at_once() -> None:
    async with FakeAmi(boots=False) as ami, listening(ami, ready=False) as owner:
        await ami.until_asked("Login")
        with pytest.raises(AmiAway, match="not connected yet"):
            await owner.link.action(ORIGINATE)


async def test_p12_a_flood_breaks_the_link_loudly_instead_of_growing_or_dropping() -> None:
    async with FakeAmi() as ami, listening(ami, max_queued_events=100) as owner:
        ami.write(b"".join(message(Event="Hangup", Uniqueid=str(n)) for n in range(20_000)))
        lost = await owner.until_lost()
        assert lost.reason is DownReason.OVERFLOW
        await owner.until_ready(2)
        delivered = [int(event["Uniqueid"]) for event in owner.events]
        assert delivered == list(range(len(delivered))), "what was delivered has no hole in it"


async def test_p12_events_share_one_consumer() -> None:
    def note_tasks(fields: dict[str, str]) -> None:
        consumers.add(asyncio.current_task())

    consumers: set[asyncio.Task[Any] | None] = set()
    async with FakeAmi() as ami, listening(ami) as owner:
        owner.on_event = note_tasks
        ami.write(b"".join(message(Event="Hangup", Uniqueid=str(n)) for n in range(300)))
        await owner.until_events(300)
        assert len(consumers) == 1


async def test_p13_a_message_without_an_end_breaks_the_link() -> None:
    async with FakeAmi() as ami, listening(ami, max_message_bytes=4096) as owner:
        ami.write(b"Event: Newchannel\r\n" + b"X: y\r\n" * 2000)
        lost = await owner.until_lost()
        assert lost.reason is DownReason.GARBLED
        await owner.until_ready(2)


async def test_secrets_never_reach_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ask = {"Action": "Setvar", "Variable": "PASSWORD", "Value": "hunter2-hunter2"}
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.answers["Setvar"] = lambda asked: None
        with capture_logs() as logs:
            await _expect_error(owner, {**ask, "Value": "hunter2-hunter2\r\n"}, AmiValueRefused)
            async with asyncio.TaskGroup() as group:
                group.create_task(_expect_error(owner, ask, AmiLost))
                await ami.until_asked("Setvar")
                ami.secret = "another"
                ami.cut()
            await owner.until_lost(2)
            await _expect_error(owner, ask, AmiAway)
    said = caplog.text + repr(logs)
    assert "AMI link down" in said
    assert "panoramisk" in said
    assert "s3cret" not in said
    assert "hunter2" not in said


async def _expect_error(owner: Listening, ask: dict[str, str], kind: type[Exception]) -> None:
    with pytest.raises(kind) as raised:
        await owner.link.action(ask)
    assert "hunter2" not in str(raised.value)
