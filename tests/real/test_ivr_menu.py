"""The voice menu on a real Asterisk: what is heard, which key arrives when, and where the call goes.

Several callers are in the menu at once, told apart by their numbers, so that the suite waits only once.
"""

import asyncio
from pathlib import Path

from asterisk_conf.secrets import mark_of_test_calls
from asterisk_conf.test_call import test_call_action as call_to_test_with
from ivr.counters import Counters
from tests.support.ivr_callers import Caller, Line, line
from tests.support.ivr_office import QUICK, Office, mortal_office
from tests.support.telephony.lab import SECRETS, Lab

# ---- the shipped flow


async def listens_and_presses(line: Line) -> None:
    caller = await line.dial("+8613800000001")
    await caller.leaves("recording_notice")
    await caller.hears()
    await caller.call.press("1")
    assert (await caller.joins())["Queue"] == "sales"
    path = [mark for mark in caller.path() if mark[0] != "night_notice"]
    assert path == [
        ("greeting", "done", ""),
        ("language", "kept", ""),
        ("recording_notice", "done", ""),
        path[3],
        ("main_menu", "sales", "1"),
        ("sales", "queued", ""),
    ]
    assert path[3][:2] in {("office_hours", "open"), ("office_hours", "closed")}
    assert caller.call.voice.received_sound > 50 * 8  # most of the prompts, in frames of 20 ms


async def presses_in_the_greeting(line: Line) -> None:
    caller = await line.dial("+8613800000002")
    await caller.hears()
    await caller.call.press("1")
    assert (await caller.joins())["Queue"] == "sales"
    assert ("main_menu", "sales", "1") in caller.path()
    assert caller.seconds_in("main_menu") < 1  # not spoken: the key was there already
    assert caller.seconds_in("recording_notice") > 2  # spoken to its end all the same


async def types_ahead_of_both_menus(line: Line) -> None:
    """Who calls often does not wait for the questions."""
    caller = await line.dial("+8613800000006")
    await caller.hears()
    await caller.call.press("92")
    join = await caller.joins()
    assert (join["Queue"], join["Language"]) == ("complaints", "en")
    keys = [mark for mark in caller.path() if mark[2]]
    assert keys == [("language", "changed", "9"), ("main_menu", "complaints", "2")]
    assert caller.seconds_in("main_menu") < 1


async def changes_the_language(line: Line) -> None:
    caller = await line.dial("+8613800000003")
    await caller.leaves("greeting")
    await caller.hears()
    await caller.call.press("9")
    await caller.leaves("recording_notice")
    await caller.hears()
    await caller.call.press("3")
    join = await caller.joins()
    assert (join["Queue"], join["Language"]) == ("service", "en")
    assert ("language", "changed", "9") in caller.path()


async def calls_the_english_hotline(line: Line) -> None:
    caller = await line.dial("+8613800000004", hotline="4002")
    await caller.hears()
    await caller.call.press("0")
    join = await caller.joins()
    assert (join["Queue"], join["Language"]) == ("service", "en")


async def is_the_products_own_test_caller(line: Line) -> None:
    """What `ringdesk call 4001 --keys 92` does: each key after its prompt."""
    mark = mark_of_test_calls(SECRETS.master)
    fields = dict(call_to_test_with("4001", "+8613800000005", "92", mark=mark).headers)
    await line.ami.action(fields.pop("Action"), **fields)
    caller = Caller(line.ami, "+8613800000005")
    assert (await caller.joins())["Queue"] == "complaints"
    keys = [mark for mark in caller.path() if mark[2]]
    assert keys == [("language", "changed", "9"), ("main_menu", "complaints", "2")]


async def test_the_shipped_flow_serves_each_caller_by_their_keys(lab: Lab) -> None:
    async with line(lab) as open_line:
        stories = (
            listens_and_presses,
            presses_in_the_greeting,
            types_ahead_of_both_menus,
            changes_the_language,
            calls_the_english_hotline,
            is_the_products_own_test_caller,
        )
        await asyncio.gather(*(story(open_line) for story in stories))
        assert open_line.office.server.counters == Counters(calls=len(stories))
        on_ami = open_line.ami.named("UserEvent", UserEvent="RingdeskStep")
        names = ("Step", "Kind", "Exit", "Keys", "Lang")
        assert sorted(open_line.marks_in_cel()) == sorted(
            "|".join(mark[name] for name in names) for mark in on_ami
        )


# ---- silence, wrong keys, keys at odd moments, hang-ups


async def says_nothing(line: Line) -> None:
    caller = await line.dial("+8613800000011")
    assert (await caller.joins())["Queue"] == "complaints"
    assert caller.path()[-2:] == [("main", "no_input", ""), ("complaints", "queued", "")]
    assert caller.seconds_in("main") > 2 * 1.5  # asked twice


async def corrects_a_wrong_key(line: Line) -> None:
    caller = await line.dial("+8613800000012")
    await caller.leaves("notice")
    await caller.hears()
    await caller.call.press("#")
    await caller.hears()
    await caller.call.press("1")
    assert (await caller.joins())["Queue"] == "sales"
    assert ("main", "sales", "#1") in caller.path()


async def presses_in_what_must_be_heard(line: Line) -> None:
    caller = await line.dial("+8613800000013")
    await caller.leaves("hello")
    await caller.hears()
    await caller.call.press("1")
    assert (await caller.joins())["Queue"] == "sales"
    assert ("main", "sales", "1") in caller.path()
    assert caller.seconds_in("notice") > 2.5
    assert caller.seconds_in("main") < 1


async def is_sent_away(line: Line) -> None:
    caller = await line.dial("+8613800000014")
    await caller.leaves("notice")
    await caller.hears()
    await caller.call.press("2")
    async with asyncio.timeout(10):
        await caller.call.ended.wait()
    assert caller.path()[-1] == ("bye", "ended", "")


async def hangs_up_in_the_greeting(line: Line) -> None:
    caller = await line.dial("+8613800000015")
    await caller.hears(5)
    await caller.call.hang_up()
    await caller.leaves("hello")
    assert caller.path() == [("hello", "hangup", "")]


async def hangs_up_in_the_menu(line: Line) -> None:
    caller = await line.dial("+8613800000016")
    await caller.leaves("notice")
    await caller.hears()
    await caller.call.press("7")
    await caller.hears()
    await caller.call.hang_up()
    await caller.leaves("main")
    assert caller.path()[-1] == ("main", "hangup", "7")


async def test_keys_silence_and_hang_ups_at_every_moment(lab: Lab) -> None:
    async with line(lab, QUICK) as open_line:
        stories = (
            says_nothing,
            corrects_a_wrong_key,
            presses_in_what_must_be_heard,
            is_sent_away,
            hangs_up_in_the_greeting,
            hangs_up_in_the_menu,
        )
        await asyncio.gather(*(story(open_line) for story in stories))
        assert open_line.office.server.counters == Counters(calls=len(stories))


async def test_a_key_between_two_prompts_of_a_menu_is_heard(lab: Lab) -> None:
    """Asterisk drops what is pressed between two commands: a pause there would swallow this key."""
    async with line(lab, QUICK, pause_s=0.5) as open_line:
        caller = await open_line.dial("+8613800000017")
        await caller.leaves("notice")
        await caller.hears_out(open_line.office.prompts / "zh" / "quick-hi.wav")
        await caller.call.press("1")
        assert (await caller.joins())["Queue"] == "sales"
        assert ("main", "sales", "1") in caller.path()


async def test_a_changed_flow_serves_the_next_call(lab: Lab) -> None:
    async with line(lab, QUICK) as open_line:
        before = await open_line.dial("+8613800000021")
        await before.leaves("hello")
        change(open_line.office, "queue: sales", "queue: service")
        after = await open_line.dial("+8613800000022")
        for caller in (before, after):
            await caller.call.press("1")
        assert (await before.joins())["Queue"] == "sales"
        assert (await after.joins())["Queue"] == "service"


def change(office: Office, old: str, new: str) -> None:
    file = Path(office.store.flows[0].file)
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    office.store.refresh()


# ---- faults


async def test_the_service_killed_in_mid_menu_leaves_the_caller_to_the_fallback_queue(lab: Lab) -> None:
    async with mortal_office(lab, QUICK) as service:
        caller = await Line(lab, await lab.tap()).dial("+8613800000031")
        await caller.leaves("notice")
        await caller.hears()
        service.kill()
        assert (await caller.joins())["Queue"] == "service"
        assert caller.path()[-1] == ("main", "fallback", "")


async def test_a_service_that_is_not_there_leaves_the_caller_to_the_fallback_queue(lab: Lab) -> None:
    caller = await Line(lab, await lab.tap()).dial("+8613800000032")
    assert (await caller.joins())["Queue"] == "service"
    assert caller.path() == []


async def test_missing_and_broken_prompts_are_left_out_and_the_call_goes_on(lab: Lab) -> None:
    async with line(lab, QUICK) as open_line:
        prompts = open_line.office.prompts / "zh"
        (prompts / "quick-hi.wav").unlink()
        (prompts / "quick-long.wav").write_bytes(b"RIFF this is no sound")
        (prompts / "quick-ask.wav").write_bytes(b"")
        caller = await open_line.dial("+8613800000033")
        assert (await caller.joins())["Queue"] == "complaints"
        counters = open_line.office.server.counters
        assert counters.missing_prompts == 6  # the greeting, the notice, and twice both of the menu
        assert counters.script_faults == 0


HOSTILE = ("${SHELL(touch x)}", "<script>alert(1)</script>", "王伟🎉" * 20, "hangup", "a, b: c | d")


async def test_hostile_callers_walk_the_menu_like_others(lab: Lab) -> None:
    async with line(lab, QUICK) as open_line:
        callers = [
            await open_line.dial(f"+861380000004{number}", name=name) for number, name in enumerate(HOSTILE)
        ]
        for caller in callers:
            await caller.call.press("1")
        for caller in callers:
            assert (await caller.joins())["Queue"] == "sales"
        assert open_line.office.server.counters == Counters(calls=len(HOSTILE))
