"""What comes twice counts once: a copy of an INVITE after its answer, a key that is held down."""

import asyncio

import pytest

from asterisk_conf.render import Limits
from tests.support.telephony.ami_tap import AmiTap, Event
from tests.support.telephony.lab import Lab
from tests.support.telephony.menu_server import MenuServer

REMEMBERED = Limits().remembered


def calls(ami: AmiTap) -> list[Event]:
    return ami.named("UserEvent", UserEvent="RingdeskCall")


async def test_a_copy_of_an_invite_after_its_answer_is_no_second_call(lab: Lab) -> None:
    ami = await lab.tap()
    phone = await lab.caller()
    call = await phone.dial("4001")
    await ami.wait("QueueCallerJoin")
    for later_s in (0.03, 0.2, 0.3):
        await asyncio.sleep(later_s)
        assert (await phone.repeat_invite()).status == 403
    await call.hold()
    await call.resume()
    await call.hang_up()
    await ami.wait("Hangup", Channel=calls(ami)[0]["Channel"])
    assert (await phone.repeat_invite()).status == 403  # the call is over by now
    await ami.action("Ping")
    assert len(calls(ami)) == len(ami.named("QueueCallerJoin")) == 1


async def test_what_only_resembles_a_copy_is_a_call(lab: Lab) -> None:
    """The next call of the same phone, and another branch of one that a proxy forked or sent round."""
    ami = await lab.tap()
    phone = await lab.caller()
    await phone.dial("4001")
    await phone.dial("4001")
    assert (await phone.repeat_invite(branch="z9hG4bKanother")).status == 200
    await ami.wait(lambda _: len(calls(ami)) == 3)


async def test_of_calls_that_begin_at_the_same_moment_each_copy_is_known(lab: Lab) -> None:
    """As many as are remembered: none of the notes is lost to another one."""
    phones = [await lab.caller(f"138{number:08}") for number in range(REMEMBERED)]
    calls = await asyncio.gather(*(phone.dial("4001") for phone in phones))
    copies = await asyncio.gather(*(phone.repeat_invite() for phone in phones))
    assert [copy.status for copy in copies].count(403) == len(calls)


@pytest.mark.parametrize("held_s", [0.0, 3.5])
async def test_a_key_is_one_key_however_long_it_is_held(lab: Lab, held_s: float) -> None:
    """And two quick presses are two."""
    menu = await MenuServer(("EXEC Read KEYS,,4,,,6", "GET VARIABLE KEYS")).start(lab.spec.ports.agi)
    call = await (await lab.caller()).dial("4001")
    await menu.accepted.wait()
    if held_s:
        await call.voice.hold("1", held_s)
    else:
        await call.voice.press("11", gap_s=0.06)
    await call.voice.press("#")
    await menu.done.wait()
    assert menu.replies[-1] == ("200 result=1 (1)" if held_s else "200 result=1 (11)")
    await menu.stop()
