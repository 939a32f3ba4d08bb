"""Snapshots of a real Asterisk's answers (recorded/, made by recorded/record.py)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cti.ami.escapes import unescape
from cti.ami.questions import is_registered
from cti.ami.snapshot import (
    MemberStatus,
    Snapshot,
    SnapshotRefused,
    SnapshotUnreadable,
    take_snapshot,
)
from tests.unit.cti.ami.fake_ami import FakeAmi, answer, listing, recorded
from tests.unit.cti.ami.listening import listening

RECORDED = Path(__file__).parent / "recorded"
LISTS = (
    "CoreSettings",
    "CoreShowChannels",
    "QueueStatus",
    "DeviceStateList",
)


@contextmanager
def answering(ami: FakeAmi, **files: str) -> Iterator[None]:
    for action in LISTS:
        file = files.get(action, f"{action}.txt")
        ami.answers[action] = recorded((RECORDED / file).read_bytes())
    yield


async def snapshot(**files: str) -> Snapshot:
    async with FakeAmi() as ami, listening(ami) as owner:
        with answering(ami, **files):
            return await take_snapshot(owner.link)


async def test_channels_carry_identity_place_and_parties() -> None:
    caller, waiting, agent = (await snapshot()).channels
    assert (caller.channel, caller.call_id) == ("PJSIP/trunk-00000000", caller.uniqueid)
    assert caller.caller_number == "+8613800138000"
    assert caller.caller_name == '李娜 \\"${SHELL(x)}\\" 🦊'
    assert caller.connected_number == "1001"
    assert (caller.state, caller.application, caller.context) == ("Up", "Queue", "ringdesk-stint")
    assert caller.duration_s == 2
    assert agent.call_id == caller.call_id
    assert agent.uniqueid != caller.uniqueid
    assert agent.bridge_id == caller.bridge_id is not None
    assert waiting.bridge_id is None
    assert waiting.caller_name == ""


async def test_queues_have_members_with_their_pauses_and_callers() -> None:
    picture = await snapshot()
    queues = {queue.name: queue for queue in picture.queues}
    assert set(queues) == {"service", "sales", "complaints"}
    busy, paused = queues["service"].members
    assert (busy.interface, busy.status, busy.in_call, busy.paused) == (
        "PJSIP/1001",
        MemberStatus.BUSY,
        True,
        False,
    )
    assert (paused.name, paused.paused, paused.paused_reason) == ("1002", True, "lunch")
    (caller,) = queues["service"].calls
    assert (caller.channel, caller.position, caller.waited_s) == ("PJSIP/trunk-00000002", 1, 2)
    assert [member.status for member in queues["sales"].members] == [1, MemberStatus.UNAVAILABLE]
    assert (queues["complaints"].members, queues["complaints"].calls) == ((), ())


async def test_devices_and_version() -> None:
    picture = await snapshot()
    assert picture.devices["PJSIP/1002"] == "NOT_INUSE"
    assert picture.devices["PJSIP/1003"] == "UNAVAILABLE"
    assert picture.asterisk_version.startswith("22.")


async def test_an_idle_asterisk_without_phones_is_an_empty_picture() -> None:
    picture = await snapshot(CoreShowChannels="CoreShowChannels-empty.txt")
    assert picture.channels == ()


async def test_a_list_that_is_refused_is_no_empty_list() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        with answering(ami):
            ami.answers["QueueStatus"] = answer("Error", Message="Permission denied")
            with pytest.raises(SnapshotRefused, match="QueueStatus: Permission denied"):
                await take_snapshot(owner.link)


async def test_a_list_that_cannot_be_read_is_an_answer_that_failed() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        with answering(ami):
            strange = {"Event": "DeviceStateChange", "Device": "PJSIP/1001"}
            ami.answers["DeviceStateList"] = listing("DeviceStateListComplete", strange)
            with pytest.raises(SnapshotUnreadable, match="State"):
                await take_snapshot(owner.link)


@pytest.mark.parametrize(("contacts", "registered"), [("1001;@56a93e28", True), ("", False)])
async def test_a_phone_is_registered_when_asterisk_names_a_contact(contacts: str, registered: bool) -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.answers["Getvar"] = answer(Variable="PJSIP_AOR(1001,contact)", Value=contacts)
        assert await is_registered(owner.link, "1001") is registered


async def test_a_phone_that_cannot_be_asked_for_is_no_phone_that_is_away() -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.answers["Getvar"] = answer("Error", Message="Permission denied")
        with pytest.raises(SnapshotRefused, match="PJSIP_AOR: Permission denied"):
            await is_registered(owner.link, "1001")


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        (r"a\"b", 'a"b'),
        (r"a\\nb", r"a\nb"),
        (r"a\nb", "a\nb"),
        ("李娜", "李娜"),
        ("end\\", "end\\"),
        (r"\?\'", "?'"),
    ],
)
def test_escapes_are_undone(escaped: str, plain: str) -> None:
    assert unescape(escaped) == plain
