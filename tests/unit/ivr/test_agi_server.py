"""The FastAGI server over real sockets: the faults of AGI, panoramisk's server and pyst2 by their names."""

import asyncio
import threading

import pytest
from asterisk.agi import (
    AGI,
    AGIAppError,
    AGIDBError,
    AGIHangup,
    AGIInvalidCommand,
    AGIResultHangup,
    AGISIGHUPHangup,
    AGISIGPIPEHangup,
    AGIUnknownError,
    AGIUsageError,
)

from ivr.agi.call import AgiCall, Played
from ivr.agi.framing import AgiLineRefused
from tests.support.agi_peer import AsteriskPeer, dial
from tests.support.agi_serving import serving, told

# ---- the vocabulary


async def test_the_environment_is_there_and_the_connection_closes_after_the_script() -> None:
    async with serving(lambda call: dict(call.env)) as (server, outcome), dial(server.port) as peer:
        peer.begin(agi_callerid="+49 30 1")
        environment = await outcome.get()
        assert isinstance(environment, dict)
        assert environment["agi_callerid"] == "+49 30 1"
        assert await peer.closed()
        assert server.counters.calls == 1


REPLIES = (
    "200 result=0",
    "200 result=1",
    "200 result=50 endpos=320",
    "200 result=0 endpos=8000",
    "200 result=1234",
    "200 result=0",
    "200 result=42",
    "200 result=0",
    "200 result=1 (ringdesk-1.2)",
    "200 result=1 (ringdesk-1.3)",
    "200 result=6",
    "200 result=0",
    "200 result=1 (a value)",
)
COMMANDS = [
    "ANSWER",
    'SET VARIABLE "RD_QUEUE" "sales"',
    'STREAM FILE ringdesk/zh/hello "12" 160',
    'STREAM FILE ringdesk/zh/hello "123" 0',
    "GET DATA ringdesk/zh/menu 2000 4",
    "WAIT FOR DIGIT 500",
    "WAIT FOR DIGIT 500",
    'EXEC UserEvent "RingdeskStep,Step: main"',
    'GET VARIABLE "RD_CALL"',
    'GET FULL VARIABLE "${RD_CALL}" "PJSIP/1"',
    "CHANNEL STATUS",
    'SAY DIGITS "12" "#"',
    'DATABASE GET "family" "key"',
]
OUTCOMES = [
    "2",
    "",
    "1234",
    "",
    "*",
    "0",
    "ringdesk-1.2",
    "ringdesk-1.3",
    6,
    "",
    "a value",
]


async def test_pyst2_commands_send_and_return_what_they_say() -> None:
    def script(call: AgiCall) -> list[object]:
        call.answer()
        call.set_variable("RD_QUEUE", "sales")
        return [
            call.stream_file("ringdesk/zh/hello", "12", 160),
            call.stream_file("ringdesk/zh/hello", [1, "2", 3]),
            call.get_data("ringdesk/zh/menu", 2000, 4),
            call.wait_for_digit(500),
            call.wait_for_digit(500),
            call.appexec("UserEvent", "RingdeskStep,Step: main"),
            call.get_variable("RD_CALL"),
            call.get_full_variable("${RD_CALL}", "PJSIP/1"),
            call.channel_status(),
            call.say_digits("12", "#"),
            call.database_get("family", "key"),
        ]

    commands, outcome = await told(script, *REPLIES)
    assert commands == COMMANDS
    assert outcome == OUTCOMES


async def test_play_tells_the_key_and_where_the_prompt_stopped() -> None:
    _, outcome = await told(lambda call: call.play("hello", "1"), "200 result=49 endpos=2400")
    assert outcome == Played("1", 2400)


@pytest.mark.parametrize(
    ("result", "keys"),
    [("OK,7", "7"), ("TIMEOUT,", ""), ("TIMEOUT,12", "12"), ("OK,", "#"), ("OK,*", "*")],
)
async def test_ask_speaks_every_prompt_and_waits_in_one_command(result: str, keys: str) -> None:
    """Asterisk drops keys that come while no command runs."""
    commands, outcome = await told(
        lambda call: call.ask(["a", "b"], 4.5, 2), "200 result=0", f"200 result=1 ({result})"
    )
    assert commands == [
        'EXEC Read "RD_PRESSED,a&b,2,,,4.5"',
        'GET FULL VARIABLE "${READSTATUS},${RD_PRESSED}"',
    ]
    assert outcome == keys


async def test_ask_without_a_prompt_waits_for_digits() -> None:
    commands, outcome = await told(lambda call: call.ask([], 2, 1), "200 result=0", "200 result=1 (OK,1)")
    assert commands[0] == 'EXEC Read "RD_PRESSED,,1,,,2"'
    assert outcome == "1"


@pytest.mark.parametrize("result", ["ERROR,", "HANGUP,", ","])
@pytest.mark.parametrize(("channel", "fault"), [("511 Dead", AGIResultHangup), ("200 result=6", AGIAppError)])
async def test_ask_that_could_not_listen_tells_whether_the_caller_is_still_there(
    result: str, channel: str, fault: type[AGIAppError]
) -> None:
    """Read says ERROR of a broken sound, HANGUP of a redirected caller too; without Read nothing is said."""
    commands, outcome = await told(
        lambda call: call.ask(["a"], 2), "200 result=0", f"200 result=1 ({result})", channel
    )
    assert commands[-1] == "CHANNEL STATUS"
    assert type(outcome) is fault


# ---- faults of AGI


async def test_hangup_during_a_command_is_told_by_its_result_and_the_channel() -> None:
    """A hang-up while a command runs: its reply is -1, then a line HANGUP follows."""
    commands, outcome = await told(
        lambda call: call.stream_file("x"), "200 result=-1 endpos=800\nHANGUP", "511 Dead"
    )
    assert isinstance(outcome, AGIResultHangup)
    assert commands[0].startswith("STREAM FILE")


async def test_a_failed_command_on_a_living_channel_is_no_hangup() -> None:
    """A missing prompt gives -1 too."""
    commands, outcome = await told(
        lambda call: call.stream_file("x"), "200 result=-1 endpos=0", "200 result=6"
    )
    assert commands[1] == "CHANNEL STATUS"
    assert isinstance(outcome, AGIAppError)
    assert not isinstance(outcome, AGIHangup)


async def test_hangup_while_idle_then_the_next_commands_own_reply() -> None:
    """HANGUP comes first and the next command still gets its own reply (511 on a dead channel)."""
    _, outcome = await told(
        lambda call: call.get_data("x"), "HANGUP\n511 Command Not Permitted on a dead channel"
    )
    assert isinstance(outcome, AGIResultHangup)


async def test_after_hangup_no_further_command_is_sent() -> None:
    def script(call: AgiCall) -> None:
        call.noop()
        call.noop()

    commands, outcome = await told(script, "HANGUP\n200 result=0")
    assert commands == ["NOOP"]
    assert isinstance(outcome, AGISIGHUPHangup)


async def test_a_520_block_is_a_usage_error_and_the_next_command_works() -> None:
    def script(call: AgiCall) -> str:
        with pytest.raises(AGIUsageError, match="Usage: ANSWER"):
            call.answer()
        return call.get_variable("X")

    block = "520-Invalid command syntax.  Proper usage follows:\nUsage: ANSWER\n520 End of proper usage."
    assert (await told(script, block, "200 result=1 (fine)"))[1] == "fine"


async def test_an_invalid_command_and_an_unknown_code() -> None:
    assert isinstance((await told(AgiCall.noop, "510 Invalid or unknown command"))[1], AGIInvalidCommand)
    assert isinstance((await told(AgiCall.noop, "503 Out of order"))[1], AGIUnknownError)


async def test_100_trying_is_not_the_reply() -> None:
    assert (await told(lambda call: call.get_variable("X"), "100 Trying...\n200 result=1 (x)"))[1] == "x"


@pytest.mark.parametrize("value", ["hangup", "timeout", "-1", ") (", "200 result=-1 endpos=0"])
async def test_nothing_is_decided_by_the_text_of_a_value(value: str) -> None:
    """pyst2 takes a variable whose value is `hangup` for a hang-up."""
    assert (await told(lambda call: call.get_variable("NAME"), f"200 result=1 ({value})"))[1] == value


async def test_a_line_over_2047_bytes_is_refused_before_it_is_sent() -> None:
    def script(call: AgiCall) -> None:
        with pytest.raises(AgiLineRefused):
            call.set_variable("NAME", "x" * 2048)
        call.noop()

    assert (await told(script, "200 result=0"))[0] == ["NOOP"]


@pytest.mark.parametrize("hostile", ["1\nHANGUP", "a\r", "\0", 'x\n"; EXEC System "id'])
async def test_line_breaks_are_refused_in_every_command(hostile: str) -> None:
    def script(call: AgiCall) -> None:
        for command in (call.stream_file, call.get_variable, call.hangup, call.verbose, call.get_data):
            with pytest.raises(AgiLineRefused):
                command(hostile)
        with pytest.raises(AgiLineRefused):
            call.appexec("NoOp", hostile)

    assert (await told(script))[1] is None


# ---- faults of panoramisk's server


async def test_p15_a_client_that_connects_and_closes_costs_nothing() -> None:
    """panoramisk's server spins for ever in its event loop."""
    async with serving(AgiCall.noop) as (server, _):
        for ending in (AsteriskPeer.close, AsteriskPeer.reset) * 20:
            async with dial(server.port) as peer:
                ending(peer)
        async with dial(server.port) as peer:
            peer.begin()
            assert await peer.answer("200 result=0") == "NOOP"
            assert await peer.closed()
        assert server.counters.calls == 1


async def test_p16_to_p19_hangup_and_520_are_no_replies_to_later_commands() -> None:
    def script(call: AgiCall) -> list[str]:
        with pytest.raises(AGIUsageError):
            call.noop()
        return [call.get_variable("A"), call.get_variable("B")]

    _, outcome = await told(script, "520-x\ny\n520 z", "200 result=1 (a)", "200 result=1 (b)")
    assert outcome == ["a", "b"]


# ---- faults of pyst2


async def test_pyst2_fails_off_the_main_thread_and_on_sockets_ours_does_not() -> None:
    results: list[object] = []

    def elsewhere() -> None:
        async def main() -> None:
            results.append((await told(lambda call: call.get_variable("X"), "200 result=1 (x)"))[1])

        asyncio.run(main())

    thread = threading.Thread(target=elsewhere)
    thread.start()
    await asyncio.to_thread(thread.join, 10)
    assert results == ["x"]


async def test_pyst2_raises_valueerror_at_the_end_of_the_connection_ours_a_hangup() -> None:
    async with serving(AgiCall.noop) as (server, outcome), dial(server.port) as peer:
        peer.begin()
        assert await peer.command() == "NOOP"
        peer.close()
        assert isinstance(await outcome.get(), AGISIGPIPEHangup)


async def test_pyst2_loops_for_ever_on_520_and_the_end_of_the_connection() -> None:
    async with serving(AgiCall.noop) as (server, outcome), dial(server.port) as peer:
        peer.begin()
        await peer.answer("520-Invalid command syntax.")
        peer.close()
        assert isinstance(await outcome.get(), AGISIGPIPEHangup)


async def test_pyst2_database_get_quotes_twice() -> None:
    commands, outcome = await told(lambda call: call.database_get("f", "k"), "200 result=0")
    assert commands == ['DATABASE GET "f" "k"']
    assert isinstance(outcome, AGIDBError)


async def test_pyst2_quote_escapes_nothing() -> None:
    commands, _ = await told(lambda call: call.set_variable("N", 'a"b\\c'), "200 result=1")
    assert commands == ['SET VARIABLE "N" "a\\"b\\\\c"']


def test_the_vocabulary_is_pyst2s_own() -> None:
    assert issubclass(AgiCall, AGI)
    assert AgiCall.get_data is AGI.get_data
