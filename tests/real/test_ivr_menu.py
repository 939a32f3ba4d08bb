"""The voice menu on a real Asterisk: what is heard, which key arrives when, and where the call goes."""

import asyncio
import csv
import json
from pathlib import Path

from ivr.counters import Counters
from tests.support.ivr_office import QUICK, Office, mortal_office, open_office
from tests.support.telephony.ami_tap import AmiTap
from tests.support.telephony.lab import Lab
from tests.support.telephony.sip_phone import PhoneCall

JOINED_S = 40.0


def cel(lab: Lab) -> list[list[str]]:
    with lab.folders.cel.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def path(ami: AmiTap) -> list[tuple[str, str, str]]:
    """Step, exit and keys of each mark on AMI."""
    marks = ami.named("UserEvent", UserEvent="RingdeskStep")
    return [(mark["Step"], mark["Exit"], mark["Keys"]) for mark in marks]


def marks_in_cel(lab: Lab) -> list[str]:
    return [
        json.loads(cell)["extra"]
        for row in cel(lab)
        if row[0] == "RD_STEP"
        for cell in row
        if '"extra"' in cell
    ]


async def spoken_now(ami: AmiTap, step: str) -> None:
    """Wait until the caller has come out of a step."""
    await ami.wait("UserEvent", UserEvent="RingdeskStep", Step=step, timeout_s=JOINED_S)


async def hears(call: PhoneCall, frames: int = 20) -> None:
    """Wait until the caller has heard so many more frames of sound, 20 ms each: a prompt is being spoken."""
    enough = call.voice.received_sound + frames
    for _ in range(round(JOINED_S * 100)):
        if call.voice.received_sound >= enough:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nothing to be heard")


async def joined(ami: AmiTap) -> dict[str, str]:
    return await ami.wait("QueueCallerJoin", timeout_s=JOINED_S)


async def dialled(lab: Lab, number: str = "4001", name: str = "") -> PhoneCall:
    return await (await lab.caller(name=name)).dial(number)


async def test_the_shipped_flow_from_the_greeting_to_the_queue(lab: Lab) -> None:
    ami = await lab.tap()
    async with open_office(lab) as office:
        call = await dialled(lab)
        await spoken_now(ami, "recording_notice")
        await hears(call)
        await call.press("1")
        join = await joined(ami)
    assert join["Queue"] == "sales"
    assert path(ami)[:3] == [
        ("greeting", "done", ""),
        ("language", "kept", ""),
        ("recording_notice", "done", ""),
    ]
    assert path(ami)[-2:] == [("main_menu", "sales", "1"), ("sales", "queued", "")]
    assert call.voice.received_sound > 50 * 8  # most of twelve seconds of prompts, in frames of 20 ms
    names = [name.replace("/service-", " ") for name in office.shelf.spoken if "night" not in name]
    assert names == ["zh welcome", "en language_offer", "zh recorded", "zh main_menu", "zh connecting"]
    assert marks_in_cel(lab)[-1] == "sales|queue|queued||zh"
    assert len(marks_in_cel(lab)) == len(path(ami))


async def test_a_key_in_the_greeting_counts_and_the_recording_notice_is_heard_whole(lab: Lab) -> None:
    ami = await lab.tap()
    async with open_office(lab) as office:
        call = await dialled(lab)
        await hears(call)
        await call.press("1")
        assert (await joined(ami))["Queue"] == "sales"
    assert "zh/service-recorded" in office.shelf.spoken
    assert "zh/service-main_menu" not in office.shelf.spoken


async def test_the_other_language_is_spoken_from_its_key_on(lab: Lab) -> None:
    ami = await lab.tap()
    async with open_office(lab) as office:
        call = await dialled(lab)
        await spoken_now(ami, "greeting")
        await hears(call)
        await call.press("9")
        await spoken_now(ami, "recording_notice")
        await hears(call)
        await call.press("3")
        join = await joined(ami)
    assert (join["Queue"], join["Language"]) == ("service", "en")
    assert ("language", "changed", "9") in path(ami)
    assert office.shelf.spoken[-2:] == ["en/service-main_menu", "en/service-connecting"]


async def test_a_hotline_begins_in_its_own_language(lab: Lab) -> None:
    ami = await lab.tap()
    async with open_office(lab) as office:
        call = await dialled(lab, "4002")
        await spoken_now(ami, "greeting")
        await hears(call)
        await call.hang_up()
    assert office.shelf.spoken[:2] == ["en/service-welcome", "zh/service-language_offer"]


async def test_silence_is_asked_again_and_then_served(lab: Lab) -> None:
    ami = await lab.tap()
    async with open_office(lab, QUICK) as office:
        await dialled(lab)
        assert (await joined(ami))["Queue"] == "complaints"
    assert path(ami)[-2:] == [("main", "no_input", ""), ("complaints", "queued", "")]
    assert office.shelf.spoken.count("zh/quick-ask") == 2


async def test_a_wrong_key_is_told_and_a_right_one_then_works(lab: Lab) -> None:
    ami = await lab.tap()
    async with open_office(lab, QUICK) as office:
        call = await dialled(lab)
        await spoken_now(ami, "notice")
        await hears(call)
        await call.press("#")
        await hears(call)
        await call.press("1")
        join = await joined(ami)
    assert join["Queue"] == "sales"
    assert ("main", "sales", "#1") in path(ami)
    assert "zh/quick-wrong" in office.shelf.spoken


async def test_keys_in_a_prompt_that_is_heard_whole_are_kept_in_order(lab: Lab) -> None:
    ami = await lab.tap()
    async with open_office(lab, QUICK):
        call = await dialled(lab)
        await spoken_now(ami, "hello")
        await hears(call)
        await call.press("1")
        started = asyncio.get_running_loop().time()
        await spoken_now(ami, "notice")
        assert asyncio.get_running_loop().time() - started > 1.5  # the notice went on after the key
        assert (await joined(ami))["Queue"] == "sales"
    assert ("main", "sales", "1") in path(ami)


async def test_a_goodbye_ends_the_call(lab: Lab) -> None:
    ami = await lab.tap()
    async with open_office(lab, QUICK):
        call = await dialled(lab)
        await spoken_now(ami, "notice")
        await hears(call)
        await call.press("2")
        async with asyncio.timeout(10):
            await call.ended.wait()
    assert path(ami)[-1] == ("bye", "ended", "")
    assert ami.named("QueueCallerJoin") == []


async def test_callers_who_hang_up_leave_a_mark_of_where(lab: Lab) -> None:
    ami = await lab.tap()
    async with open_office(lab, QUICK) as office:
        early, late = await dialled(lab), await dialled(lab)
        await hears(early, 5)
        await early.hang_up()
        await ami.wait("UserEvent", UserEvent="RingdeskStep", Step="hello", Exit="hangup", timeout_s=10)
        await spoken_now(ami, "notice")
        await hears(late)
        await late.hang_up()
        await ami.wait("UserEvent", UserEvent="RingdeskStep", Step="main", Exit="hangup", timeout_s=10)
        assert office.server.counters.fallbacks == 0
    assert {"hello|say|hangup||zh", "main|menu|hangup||zh"} <= set(marks_in_cel(lab))


async def test_the_service_killed_in_mid_menu_leaves_the_caller_to_the_fallback_queue(lab: Lab) -> None:
    ami = await lab.tap()
    async with mortal_office(lab, QUICK) as service:
        call = await dialled(lab)
        await spoken_now(ami, "notice")
        await hears(call)
        service.kill()
        assert (await joined(ami))["Queue"] == "service"
    assert path(ami)[-1] == ("main", "fallback", "")


async def test_a_service_that_is_not_there_leaves_the_caller_to_the_fallback_queue(lab: Lab) -> None:
    ami = await lab.tap()
    await dialled(lab)
    assert (await joined(ami))["Queue"] == "service"
    assert path(ami) == []


async def test_a_missing_prompt_is_left_out_and_the_call_goes_on(lab: Lab) -> None:
    ami = await lab.tap()
    async with open_office(lab, QUICK) as office:
        (office.prompts / "zh" / "quick-ask.wav").unlink()
        (office.prompts / "zh" / "quick-long.wav").write_bytes(b"RIFF this is no sound")
        await dialled(lab)
        assert (await joined(ami))["Queue"] == "complaints"
        assert office.server.counters.missing_prompts >= 2


async def test_a_changed_flow_serves_the_next_call(lab: Lab) -> None:
    ami = await lab.tap()
    async with open_office(lab, QUICK) as office:
        before = await dialled(lab)
        await spoken_now(ami, "hello")
        change(office, "queue: sales", "queue: service")
        after = await dialled(lab)
        for call in (before, after):
            await call.press("1")
        for queue in ("sales", "service"):
            await ami.wait("QueueCallerJoin", Queue=queue, timeout_s=JOINED_S)


def change(office: Office, old: str, new: str) -> None:
    file = Path(office.store.flows[0].file)
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    office.store.refresh()


HOSTILE = ("${SHELL(touch x)}", "<script>alert(1)</script>", "王伟🎉" * 20, "hangup", "a, b: c | d")


async def test_hostile_callers_walk_the_menu_like_others(lab: Lab) -> None:
    ami = await lab.tap()
    async with open_office(lab, QUICK) as office:
        for call in [await dialled(lab, name=name) for name in HOSTILE]:
            await call.press("1")
        everyone = str(len(HOSTILE))
        await ami.wait("QueueCallerJoin", Queue="sales", Position=everyone, timeout_s=JOINED_S)
        assert office.server.counters == Counters(calls=len(HOSTILE))
