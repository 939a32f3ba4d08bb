"""A flow on a channel: prompts, keys at every moment, marks, variables in their order, and every fault."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.agi.server import AgiServer
from ivr.counters import Counters
from ivr.flow.effects import Prompt
from ivr.flow_folder import FlowFolder
from ivr.flow_store import FlowStore
from ivr.hotlines import HotlineEntry
from ivr.runner import NO_WAIT_S, FlowRunner
from tests.support.agi_peer import AsteriskPeer, dial
from tests.support.flows import SMALL

Asterisk = Callable[[str], str | None]
"""What Asterisk answers to a command; None is a caller who hangs up."""

DAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
CALL_ID = "ringdesk-1763800000.1"


class Shelf:
    """Every prompt but those named is there."""

    def __init__(self, *absent: str) -> None:
        self.absent = absent

    def has(self, prompt: Prompt) -> bool:
        return prompt.name not in self.absent


class Office:
    """A server with the runner, and Asterisk's side of its calls."""

    def __init__(self, folder: Path, shelf: Shelf, text: str) -> None:
        (folder / "small.yaml").write_text(text, encoding="utf-8")
        self.store = FlowStore(FlowFolder(folder))
        self.store.refresh()
        self.hotlines = {"4001": HotlineEntry("small", "zh"), "4002": HotlineEntry("small", "en")}
        self.counters = Counters()
        runner = FlowRunner(self.store, lambda: self.hotlines, shelf, self.counters, now=lambda: DAY)
        self.server = AgiServer(runner, counters=self.counters)

    async def call(self, answers: Asterisk, **environment: str) -> list[str]:
        """The commands of a whole call; `answers` gives Asterisk's reply, None to hang up."""
        async with dial(self.server.port) as peer:
            peer.begin(**environment)
            return await converse(peer, answers)


async def converse(peer: AsteriskPeer, answers: Asterisk) -> list[str]:
    commands = []
    while command := await peer.command():
        commands.append(command)
        reply = answers(command)
        if reply is None:
            peer.send("HANGUP\n")
            peer.close()
            break
        peer.send(reply + "\n")
    return commands


@asynccontextmanager
async def office(folder: Path, *absent: str, text: str = SMALL) -> AsyncIterator[Office]:
    place = Office(folder, Shelf(*absent), text)
    await place.server.start()
    try:
        yield place
    finally:
        await place.server.stop()


def caller(*heard: str, meanwhile: str = "") -> Callable[[str], str]:
    """Asterisk's replies for a caller who presses these keys when asked, in turn; "" is silence.

    `meanwhile` is pressed whenever something is spoken that asks nothing and may be interrupted.
    """
    given = iter(heard)
    pressed = ""

    def reply(command: str) -> str:
        nonlocal pressed
        if command.startswith("EXEC Read"):
            pressed = meanwhile if command.endswith(f',{NO_WAIT_S}"') else next(given)
        if command.startswith("GET FULL VARIABLE"):
            return f"200 result=1 ({'OK' if pressed else 'TIMEOUT'},{pressed})"
        if command.startswith("STREAM FILE"):
            return "200 result=0 endpos=8000"
        return "200 result=1" if command.startswith("SET VARIABLE") else "200 result=0"

    return reply


async def test_a_whole_call_in_order_with_the_result_last(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        commands = await place.call(caller("", "1"))
    heard = 'GET FULL VARIABLE "${READSTATUS},${RD_PRESSED}"'

    def event(fields: str) -> str:
        return f'EXEC UserEvent "RingdeskStep,RD_CALL: {CALL_ID},{fields}"'

    assert commands == [
        'SET VARIABLE "CHANNEL(language)" "zh"',
        'SET VARIABLE "RD_LANG" "zh"',
        'SET VARIABLE "RD_AT" "hello,say,,zh"',
        'EXEC Read "RD_PRESSED,ringdesk/zh/small-hi,1,,,0.01"',
        heard,
        event("Step: hello,Kind: say,Exit: done,Keys: ,Lang: zh"),
        'EXEC CELGenUserEvent "RD_STEP,hello|say|done||zh"',
        'SET VARIABLE "RD_AT" "tongue,language,,zh"',
        'EXEC Read "RD_PRESSED,ringdesk/en/small-offer,1,,,2"',
        heard,
        event("Step: tongue,Kind: language,Exit: kept,Keys: ,Lang: zh"),
        'EXEC CELGenUserEvent "RD_STEP,tongue|language|kept||zh"',
        event("Step: office,Kind: hours,Exit: open,Keys: ,Lang: zh"),
        'EXEC CELGenUserEvent "RD_STEP,office|hours|open||zh"',
        'SET VARIABLE "RD_AT" "main,menu,,zh"',
        'EXEC Read "RD_PRESSED,ringdesk/zh/small-ask,1,,,4"',
        heard,
        event("Step: main,Kind: menu,Exit: sales,Keys: 1,Lang: zh"),
        'EXEC CELGenUserEvent "RD_STEP,main|menu|sales|1|zh"',
        event("Step: sales,Kind: queue,Exit: queued,Keys: ,Lang: zh"),
        'EXEC CELGenUserEvent "RD_STEP,sales|queue|queued||zh"',
        'SET VARIABLE "RD_QUEUE" "sales"',
        'SET VARIABLE "RD_PRIORITY" "7"',
        'SET VARIABLE "RD_RESULT" "queue"',
    ]
    assert place.counters == Counters(calls=1)


async def test_a_goodbye_hangs_up(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        commands = await place.call(caller("", "7", "7", "7"))
    assert commands[-1] == 'SET VARIABLE "RD_RESULT" "hangup"'


async def test_the_hotlines_language_and_a_chosen_one_are_set_on_the_channel(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        commands = await place.call(caller("8", "1"), agi_extension="4002")
    assert [line for line in commands if "language)" in line or "RD_LANG" in line] == [
        'SET VARIABLE "CHANNEL(language)" "en"',
        'SET VARIABLE "RD_LANG" "en"',
        'SET VARIABLE "CHANNEL(language)" "zh"',
        'SET VARIABLE "RD_LANG" "zh"',
    ]


async def test_a_key_during_a_prompt_that_it_may_end_counts_in_the_menu(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        commands = await place.call(caller(meanwhile="1"))
    assert [line for line in commands if "Read" in line] == [
        'EXEC Read "RD_PRESSED,ringdesk/zh/small-hi,1,,,0.01"'
    ]
    assert 'SET VARIABLE "RD_QUEUE" "sales"' in commands


async def test_a_key_during_a_prompt_that_it_may_not_end_is_kept_and_the_prompt_goes_on(
    tmp_path: Path,
) -> None:
    text = SMALL.replace(
        "prompts: [hi], exits: {done: tongue}", "prompts: [hi], barge_in: false, exits: {done: tongue}"
    )
    others = caller()
    replies = iter(["200 result=42 endpos=800", "200 result=49 endpos=1600", "200 result=0 endpos=8000"])

    def asterisk(command: str) -> str:
        return next(replies) if "small-hi" in command else others(command)

    async with office(tmp_path, text=text) as place:
        commands = await place.call(asterisk)
    spoken = [line.rsplit(" ", 1)[1] for line in commands if "small-hi" in line]
    assert spoken == ["0", "800", "1600"]
    assert 'EXEC CELGenUserEvent "RD_STEP,main|menu|again|*|zh"' in commands
    assert 'EXEC CELGenUserEvent "RD_STEP,main|menu|sales|1|zh"' in commands


async def test_a_storm_of_keys_lets_the_prompt_be_heard(tmp_path: Path) -> None:
    text = SMALL.replace(
        "prompts: [hi], exits: {done: tongue}", "prompts: [hi], barge_in: false, exits: {done: tongue}"
    )

    others = caller("", "", "")

    def asterisk(command: str) -> str:
        if "small-hi" in command:
            return "200 result=0 endpos=8000" if '""' in command else "200 result=42 endpos=160"
        return others(command)

    async with office(tmp_path, text=text) as place:
        commands = await place.call(asterisk)
    hellos = [line for line in commands[:20] if "small-hi" in line]
    assert hellos[8] == 'STREAM FILE ringdesk/zh/small-hi "" 160'


async def test_the_place_of_a_caller_tells_the_keys_pressed_in_the_step(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        commands = await place.call(caller("", "7", "1"))
    assert 'SET VARIABLE "RD_AT" "main,menu,7,zh"' in commands


@pytest.mark.parametrize(
    "moment", ["EXEC Read", "GET FULL", "EXEC UserEvent", "EXEC CELGen", "STREAM FILE", "SET VARIABLE"]
)
async def test_a_caller_who_hangs_up_gets_no_result_and_is_no_fault(tmp_path: Path, moment: str) -> None:
    living = caller("", "0")
    async with office(tmp_path) as place:
        commands = await place.call(lambda line: None if line.startswith(moment) else living(line))
    assert not any("RD_RESULT" in line for line in commands)
    assert place.counters == Counters(calls=1)


@pytest.mark.parametrize("absent", ["small-ask", "small-hi"])
async def test_a_missing_prompt_is_left_out_and_the_call_goes_on(tmp_path: Path, absent: str) -> None:
    async with office(tmp_path, absent) as place:
        commands = await place.call(caller("", "1"))
    assert not any(absent in line for line in commands)
    assert commands[-1] == 'SET VARIABLE "RD_RESULT" "queue"'
    assert place.counters.missing_prompts == 1


async def test_a_prompt_that_asterisk_cannot_play_is_counted_and_the_call_goes_on(tmp_path: Path) -> None:
    others = caller("1")
    unplayable = False

    def asterisk(command: str) -> str:
        nonlocal unplayable
        if command.startswith("EXEC Read"):
            unplayable = "ringdesk/" in command
        if not unplayable:
            return others(command)
        if command.startswith("GET FULL VARIABLE"):
            return "200 result=1 (ERROR,)"
        return "200 result=6" if command == "CHANNEL STATUS" else "200 result=0"

    async with office(tmp_path) as place:
        commands = await place.call(asterisk)
    assert commands[-1] == 'SET VARIABLE "RD_RESULT" "queue"'
    assert place.counters.missing_prompts == 2  # the greeting and the offer


@pytest.mark.parametrize(
    "environment",
    [
        {"agi_extension": "4999"},
        {"agi_extension": ""},
        {"agi_network_script": "other"},
        {"agi_uniqueid": "1,Exit: forged"},
        {"agi_uniqueid": ""},
    ],
)
async def test_a_call_that_is_not_for_a_flow_goes_to_the_fallback_queue(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    async with office(tmp_path) as place:
        assert await place.call(caller(), **environment) == []
    assert place.counters.fallbacks == 1


async def test_a_hotline_without_a_usable_flow_goes_to_the_fallback_queue(tmp_path: Path) -> None:
    async with office(tmp_path, text="nonsense") as place:
        assert await place.call(caller()) == []
    assert place.counters.fallbacks == 1


async def test_a_hotline_is_served_as_it_is_known_when_the_call_comes(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        place.hotlines = {}
        assert await place.call(caller()) == []
        place.hotlines = {"4001": HotlineEntry("small", "zh")}
        commands = await place.call(caller("", "1"))
    assert commands[-1] == 'SET VARIABLE "RD_RESULT" "queue"'


async def test_the_step_limit_ends_in_the_fallback_queue(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        commands = await place.call(caller("", *["*"] * 60))
    assert commands[-2:] == ['EXEC CELGenUserEvent "RD_STEP,main|menu|limit||zh"', 'SET VARIABLE "RD_AT" ""']
    assert place.counters.fallbacks == 1


async def test_a_changed_flow_is_for_new_calls_and_the_call_in_progress_keeps_its_own(tmp_path: Path) -> None:
    async with office(tmp_path) as place, dial(place.server.port) as peer:
        peer.begin()
        asterisk = caller("", "1")
        while "small-ask" not in (command := await peer.command()):
            peer.send(asterisk(command) + "\n")
        (tmp_path / "small.yaml").write_text(SMALL.replace("queue: sales", "queue: other"), encoding="utf-8")
        place.store.refresh()
        peer.send(asterisk(command) + "\n")
        assert 'SET VARIABLE "RD_QUEUE" "sales"' in await converse(peer, asterisk)
        assert 'SET VARIABLE "RD_QUEUE" "other"' in await place.call(caller("", "1"))


@pytest.mark.parametrize("name", ['"; System(id)', "${SHELL(id)}", "<script>", "王" * 200, "\udcff"])
async def test_hostile_callers_reach_no_command(tmp_path: Path, name: str) -> None:
    async with office(tmp_path) as place:
        commands = await place.call(caller("", "1"), agi_calleridname=name, agi_callerid=name, agi_dnid=name)
    assert commands[-1] == 'SET VARIABLE "RD_RESULT" "queue"'
    assert not any("script" in line or "SHELL" in line or "System" in line for line in commands)
