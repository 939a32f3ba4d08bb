"""A flow on a channel: prompts, keys at every moment, marks, variables in their order, and every fault."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.agi.server import AgiServer
from ivr.counters import Counters
from ivr.flow.effects import Prompt
from ivr.flow_store import FlowStore
from ivr.hotlines import HotlineEntry
from ivr.runner import FlowRunner
from tests.support.agi_peer import AsteriskPeer, dial
from tests.support.flows import SMALL

Asterisk = Callable[[str], str | None]
"""What Asterisk answers to a command; None is a caller who hangs up."""

DAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
CALL_ID = "ringdesk-1763800000.1"


class Directory:
    """Hotlines as storage would give them."""

    def __init__(self) -> None:
        self.entries = {"4001": HotlineEntry("small", "zh"), "4002": HotlineEntry("small", "en")}
        self.fault: Exception | None = None

    async def entry(self, number: str) -> HotlineEntry | None:
        if self.fault:
            raise self.fault
        return self.entries.get(number)


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
        self.store = FlowStore(folder)
        self.store.refresh()
        self.hotlines = Directory()
        self.counters = Counters()
        runner = FlowRunner(self.store, self.hotlines, shelf, self.counters, now=lambda: DAY)
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


def caller(*heard: str, prompt: str = "200 result=0 endpos=8000") -> Callable[[str], str]:
    """Asterisk's replies for a caller who gives these results to GET DATA and WAIT FOR DIGIT in turn."""
    given = iter(heard)

    def reply(command: str) -> str:
        if command.startswith("STREAM FILE"):
            return prompt
        if command.startswith(("GET DATA", "WAIT FOR DIGIT")):
            return next(given)
        return "200 result=1" if command.startswith("SET VARIABLE") else "200 result=0"

    return reply


SILENCE = "200 result= (timeout)"


async def test_a_whole_call_in_order_with_the_result_last(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        commands = await place.call(caller(SILENCE, "200 result=1"))
    keys = '"0123456789*#"'

    def event(fields: str) -> str:
        return f'EXEC UserEvent "RingdeskStep,RD_CALL: {CALL_ID},{fields}"'

    assert commands == [
        'SET VARIABLE "CHANNEL(language)" "zh"',
        'SET VARIABLE "RD_LANG" "zh"',
        'SET VARIABLE "RD_AT" "hello,say,,zh"',
        f"STREAM FILE ringdesk/zh/small-hi {keys} 0",
        event("Step: hello,Kind: say,Exit: done,Keys: ,Lang: zh"),
        'EXEC CELGenUserEvent "RD_STEP,hello|say|done||zh"',
        'SET VARIABLE "RD_AT" "tongue,language,,zh"',
        "GET DATA ringdesk/en/small-offer 2000 1",
        event("Step: tongue,Kind: language,Exit: kept,Keys: ,Lang: zh"),
        'EXEC CELGenUserEvent "RD_STEP,tongue|language|kept||zh"',
        event("Step: office,Kind: hours,Exit: open,Keys: ,Lang: zh"),
        'EXEC CELGenUserEvent "RD_STEP,office|hours|open||zh"',
        'SET VARIABLE "RD_AT" "main,menu,,zh"',
        "GET DATA ringdesk/zh/small-ask 4000 1",
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
        commands = await place.call(caller(SILENCE, "200 result=7", "200 result=7", "200 result=7"))
    assert commands[-1] == 'SET VARIABLE "RD_RESULT" "hangup"'


async def test_the_hotlines_language_and_a_chosen_one_are_set_on_the_channel(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        commands = await place.call(caller("200 result=8", "200 result=1"), agi_extension="4002")
    assert [line for line in commands if "language)" in line or "RD_LANG" in line] == [
        'SET VARIABLE "CHANNEL(language)" "en"',
        'SET VARIABLE "RD_LANG" "en"',
        'SET VARIABLE "CHANNEL(language)" "zh"',
        'SET VARIABLE "RD_LANG" "zh"',
    ]


async def test_a_key_during_a_prompt_that_it_may_end_counts_in_the_menu(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        commands = await place.call(caller(prompt="200 result=49 endpos=800"))
    assert not any(line.startswith("GET DATA") for line in commands)
    assert 'SET VARIABLE "RD_QUEUE" "sales"' in commands


async def test_a_key_during_a_prompt_that_it_may_not_end_is_kept_and_the_prompt_goes_on(
    tmp_path: Path,
) -> None:
    text = SMALL.replace(
        "prompts: [hi], exits: {done: tongue}", "prompts: [hi], barge_in: false, exits: {done: tongue}"
    )
    replies = iter(["200 result=42 endpos=800", "200 result=49 endpos=1600", "200 result=0 endpos=8000"])

    def asterisk(command: str) -> str:
        return next(replies) if "small-hi" in command else caller("200 result=0")(command)

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

    def asterisk(command: str) -> str:
        if "small-hi" in command:
            return "200 result=0 endpos=8000" if '""' in command else "200 result=42 endpos=160"
        return caller(SILENCE, SILENCE, SILENCE)(command)

    async with office(tmp_path, text=text) as place:
        commands = await place.call(asterisk)
    hellos = [line for line in commands[:20] if "small-hi" in line]
    assert hellos[8] == 'STREAM FILE ringdesk/zh/small-hi "" 160'


async def test_the_place_of_a_caller_tells_the_keys_pressed_in_the_step(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        commands = await place.call(caller(SILENCE, "200 result=7", "200 result=1"))
    assert 'SET VARIABLE "RD_AT" "main,menu,7,zh"' in commands


@pytest.mark.parametrize(
    "moment", ["STREAM FILE", "GET DATA ringdesk/zh", "EXEC UserEvent", "EXEC CELGen", "SET VARIABLE"]
)
async def test_a_caller_who_hangs_up_gets_no_result_and_is_no_fault(tmp_path: Path, moment: str) -> None:
    living = caller(SILENCE)
    async with office(tmp_path) as place:
        commands = await place.call(lambda line: None if line.startswith(moment) else living(line))
    assert not any("RD_RESULT" in line for line in commands)
    assert place.counters == Counters(calls=1)


@pytest.mark.parametrize(("absent", "key"), [("small-ask", "49"), ("small-hi", "1")])
async def test_a_missing_prompt_is_left_out_and_the_call_goes_on(
    tmp_path: Path, absent: str, key: str
) -> None:
    async with office(tmp_path, absent) as place:
        commands = await place.call(caller(SILENCE, f"200 result={key}"))
    assert not any(absent in line for line in commands)
    assert commands[-1] == 'SET VARIABLE "RD_RESULT" "queue"'
    assert place.counters.missing_prompts == 1


async def test_a_prompt_that_asterisk_cannot_play_is_counted_and_the_call_goes_on(tmp_path: Path) -> None:
    def asterisk(command: str) -> str:
        if command == "CHANNEL STATUS":
            return "200 result=6"
        if command.startswith("GET DATA"):
            return "200 result=-1"
        return caller("200 result=49", prompt="200 result=-1 endpos=0")(command)

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


async def test_without_storage_a_known_hotline_is_served_as_before(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        place.hotlines.fault = OSError("database is locked")
        assert await place.call(caller()) == []
        place.hotlines.fault = None
        await place.call(caller(SILENCE, "200 result=1"))
        place.hotlines.fault = OSError("database is locked")
        commands = await place.call(caller(SILENCE, "200 result=1"))
    assert commands[-1] == 'SET VARIABLE "RD_RESULT" "queue"'


async def test_the_step_limit_ends_in_the_fallback_queue(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        commands = await place.call(caller(SILENCE, *["200 result=*"] * 60))
    assert commands[-2:] == ['EXEC CELGenUserEvent "RD_STEP,main|menu|limit||zh"', 'SET VARIABLE "RD_AT" ""']
    assert place.counters.fallbacks == 1


async def test_a_changed_flow_is_for_new_calls_and_the_call_in_progress_keeps_its_own(tmp_path: Path) -> None:
    async with office(tmp_path) as place, dial(place.server.port) as peer:
        peer.begin()
        asterisk = caller(SILENCE)
        while not (command := await peer.command()).startswith("GET DATA ringdesk/zh/small-ask"):
            peer.send(asterisk(command) + "\n")
        (tmp_path / "small.yaml").write_text(SMALL.replace("queue: sales", "queue: other"), encoding="utf-8")
        place.store.refresh()
        peer.send("200 result=1\n")
        assert 'SET VARIABLE "RD_QUEUE" "sales"' in await converse(peer, caller())
        assert 'SET VARIABLE "RD_QUEUE" "other"' in await place.call(caller(SILENCE, "200 result=1"))


@pytest.mark.parametrize("name", ['"; System(id)', "${SHELL(id)}", "<script>", "王" * 200, "\udcff"])
async def test_hostile_callers_reach_no_command(tmp_path: Path, name: str) -> None:
    async with office(tmp_path) as place:
        commands = await place.call(
            caller(SILENCE, "200 result=1"), agi_calleridname=name, agi_callerid=name, agi_dnid=name
        )
    assert commands[-1] == 'SET VARIABLE "RD_RESULT" "queue"'
    assert not any("script" in line or "SHELL" in line or "System" in line for line in commands)
