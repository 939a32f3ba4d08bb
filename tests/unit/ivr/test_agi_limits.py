"""The FastAGI server's limits and time-outs, and how calls end that do not end by themselves."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from asterisk.agi import AGIHangup, AGISIGPIPEHangup

from ivr.agi import server as server_module
from ivr.agi.call import AgiCall, AgiTimeout
from ivr.agi.connection import Connection
from ivr.agi.proof import call_proof
from tests.support.agi_peer import ENVIRONMENT, dial
from tests.support.agi_serving import serving, told


async def test_more_calls_than_allowed_are_refused_and_counted() -> None:
    async with serving(AgiCall.noop, max_calls=1) as (server, _), dial(server.port) as first:
        first.begin()
        await first.command()
        async with dial(server.port) as second:
            second.begin()
            assert await second.closed()
        assert server.counters.refused_connections == 1
        first.send("200 result=0\n")
        assert await first.closed()
        async with dial(server.port) as third:
            third.begin()
            assert await third.command() == "NOOP"


async def test_only_a_call_of_our_asterisk_is_served() -> None:
    proof = call_proof("our secret", ENVIRONMENT["agi_uniqueid"])
    forged = ("hotline", "hotline?", f"hotline?{call_proof('a guess', ENVIRONMENT['agi_uniqueid'])}")
    async with serving(lambda call: call.env, secret=lambda: "our secret") as (server, outcome):
        for number, script in enumerate(forged, 1):
            async with dial(server.port) as stranger:
                stranger.begin(agi_network_script=script)
                assert await stranger.closed()
            assert server.counters.refused_connections == number
        async with dial(server.port) as other_call:
            other_call.begin(agi_network_script=f"hotline?{proof}", agi_uniqueid="ringdesk-1763800000.2")
            assert await other_call.closed()
        async with dial(server.port) as ours:
            ours.begin(agi_network_script=f"hotline?{proof}", agi_request=f"agi://127.0.0.1/hotline?{proof}")
            shown = await outcome.get()
        assert shown == ENVIRONMENT
        assert server.counters.calls == 1


async def test_a_secret_that_was_replaced_is_the_one_of_the_next_call() -> None:
    secrets = ["first", "second"]
    async with serving(lambda call: call.env, secret=lambda: secrets[0]) as (server, outcome):
        for secret in tuple(secrets):
            proof = call_proof(secret, ENVIRONMENT["agi_uniqueid"])
            async with dial(server.port) as ours:
                ours.begin(
                    agi_network_script=f"hotline?{proof}", agi_request=f"agi://127.0.0.1/hotline?{proof}"
                )
                await outcome.get()
            secrets.pop(0)


async def test_strangers_take_no_place_of_a_call_and_the_oldest_makes_room() -> None:
    async with (
        serving(AgiCall.noop, max_calls=1, max_waiting=3) as (server, _),
        AsyncExitStack() as open_ones,
    ):
        strangers = [await open_ones.enter_async_context(dial(server.port)) for _ in range(3)]
        call = await open_ones.enter_async_context(dial(server.port))
        assert await strangers[0].closed()
        call.begin()
        assert await call.command() == "NOOP"
        assert server.calls == 1
        strangers[2].begin()
        assert await strangers[2].closed()  # no room, since a call is served
        call.send("200 result=0\n")
        assert await call.closed()
        strangers[1].begin()
        assert await strangers[1].command() == "NOOP"


async def test_silence_instead_of_an_environment_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "SWEEP_EVERY_S", 0.01)
    async with serving(AgiCall.noop, environment_timeout_s=0.02) as (server, _), dial(server.port) as peer:
        peer.send("agi_network: yes\n")
        assert await peer.closed()
        assert server.counters.timeouts == 1
        assert server.counters.calls == 0


async def test_silence_instead_of_a_reply_ends_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "SWEEP_EVERY_S", 0.01)
    monkeypatch.setattr("ivr.agi.call.QUICK_S", 0.02)
    async with serving(AgiCall.noop) as (server, outcome), dial(server.port) as peer:
        peer.begin()
        assert await peer.command() == "NOOP"
        assert isinstance(await outcome.get(), AgiTimeout)
        assert await peer.closed()
        assert server.counters.timeouts == 1


@pytest.mark.parametrize("noise", ["GET / HTTP/1.1\r\n\r\n", "\n200 result=0\n", "\nnonsense\n"])
async def test_a_peer_that_speaks_no_agi_is_cut_off(noise: str) -> None:
    def script(call: AgiCall) -> None:
        call.wait_for(asyncio.Event().wait(), 5)

    async with serving(script) as (server, _), dial(server.port) as peer:
        peer.send(noise)
        peer.send("nonsense\n")
        assert await peer.closed()
        assert server.counters.broken_connections == 1


async def test_a_script_that_fails_ends_its_own_call_only() -> None:
    def script(call: AgiCall) -> str:
        if call.env["agi_extension"] == "4001":
            raise RuntimeError("a fault of the script")
        return call.get_variable("X")

    async with serving(script) as (server, outcome), dial(server.port) as bad, dial(server.port) as good:
        bad.begin()
        assert await bad.closed()
        assert isinstance(await outcome.get(), RuntimeError)
        good.begin(agi_extension="4002")
        await good.answer("200 result=1 (x)")
        assert await outcome.get() == "x"
        assert server.counters.script_faults == 1


async def test_calls_take_turns_and_none_waits_for_another() -> None:
    async with (
        serving(lambda call: call.get_variable("X")) as (server, outcome),
        dial(server.port) as slow,
        dial(server.port) as quick,
    ):
        slow.begin()
        await slow.command()
        quick.begin()
        await quick.answer("200 result=1 (quick)")
        assert await outcome.get() == "quick"
        slow.send("200 result=1 (slow)\n")
        assert await outcome.get() == "slow"


async def test_stopping_the_server_ends_every_call_so_that_callers_go_on() -> None:
    async with serving(AgiCall.noop) as (server, outcome), dial(server.port) as peer:
        peer.begin()
        await peer.command()
        await server.stop()
        assert isinstance(await outcome.get(), AGISIGPIPEHangup)
        assert await peer.closed()
        assert server.calls == 0


async def test_a_call_on_its_way_while_the_server_stops_is_not_taken() -> None:
    """It would be waited for in vain."""
    async with serving(AgiCall.noop) as (server, _):
        await server.stop()
        assert not server.admit(Connection(server, asyncio.get_running_loop()))
        assert server.calls == 0


async def test_a_call_may_wait_for_the_event_loop() -> None:
    async def look_up() -> str:
        await asyncio.sleep(0)
        return "found"

    _, outcome = await told(
        lambda call: call.wait_for(look_up(), 5) + call.get_variable("X"), "200 result=1 (!)"
    )
    assert outcome == "found!"


async def test_such_a_wait_is_bounded_and_ends_with_the_connection() -> None:
    _, outcome = await told(lambda call: call.wait_for(asyncio.Event().wait(), 0.01))
    assert isinstance(outcome, TimeoutError)
    async with serving(lambda call: call.wait_for(asyncio.Event().wait(), 60)) as (server, kept):
        async with dial(server.port) as peer:
            peer.begin()
        assert isinstance(await kept.get(), AGIHangup)
