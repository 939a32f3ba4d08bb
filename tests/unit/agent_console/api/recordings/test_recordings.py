"""Who may hear a recording, that it is noted, and that nothing but recordings comes out."""

from pathlib import Path

import pytest

from office.staff import set_extension
from storage.records import LegRecord
from storage.repositories.audit import Audit
from tests.support.operators import OPERATOR
from tests.unit.agent_console.past import add_recording, listeners, write_calls, write_sound
from tests.unit.agent_console.world import World
from tests.unit.storage.builders import a_call, later


async def stored(world: World, path: str = "2026/03/01/rd-1-1.wav") -> tuple[int, bytes]:
    await write_calls(world.db, a_call("rd-1"))
    return await add_recording(world.db, "rd-1", path), write_sound(world.deps.recordings / path)


@pytest.mark.parametrize("login", ["lina", "zhaomin", "admin"])
async def test_the_agent_of_the_call_and_supervisors_may_listen(world: World, login: str) -> None:
    recording, sound = await stored(world)
    browser = await world.browser(login)
    answer = await browser.get(f"/api/v1/recordings/{recording}/audio")
    assert answer.status_code == 200
    assert answer.content == sound
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["cache-control"] == "no-store"
    assert await listeners(world.db, recording) == [login]
    described = (await browser.get(f"/api/v1/recordings/{recording}")).json()
    assert (described["call_id"], described["channels"], described["length_s"]) == ("rd-1", 2, 1.0)


async def test_for_another_agent_there_is_no_such_recording(world: World) -> None:
    recording, _ = await stored(world)
    browser = await world.browser("wangwei")
    for path in (
        f"/api/v1/recordings/{recording}",
        f"/api/v1/recordings/{recording}/audio",
        "/api/v1/recordings/999",
    ):
        answer = await browser.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert await listeners(world.db, recording) == []
    async with world.db.session() as session:
        (entry,) = await Audit(session).newest(object=f"recording:{recording}")
    assert (entry.user_id, entry.result, entry.why) == (2, "refused", "not_found")


FIRST = LegRecord(1, "1001", "service", 1, "PJSIP/1001-1", later(30), later(60), 0.0, 0, "transferred")
TO_AGENT = LegRecord(2, "1002", None, None, "PJSIP/1002-1", later(65), later(90), 0.0, 0, "hangup")
TO_QUEUE = LegRecord(2, "1002", "sales", 2, "PJSIP/1002-1", later(65), later(90), 0.0, 0, "hangup")
# The first queue was full: the dialplan counted that stay, the call did not.
AFTER_FULL = LegRecord(1, "1001", "sales", 1, "PJSIP/1001-1", later(30), later(60), 0.0, 0, "transferred")
LOST_PHONE = LegRecord(2, "1002", "service", 2, "PJSIP/1002-1", later(65), later(90), 0.0, 0, "hangup")


@pytest.mark.parametrize("named", [True, False], ids=["agent known", "agent not known"])
@pytest.mark.parametrize(
    ("legs", "names"),
    [
        ((FIRST, TO_AGENT), ((1, 0), (1, 1))),
        ((FIRST, TO_QUEUE), ((1, 0), (2, 0))),
        ((FIRST, LOST_PHONE), ((1, 0), (2, 0))),
        ((AFTER_FULL, TO_QUEUE), ((2, 0), (3, 0))),
    ],
    ids=["to an agent", "to a queue", "lost phone", "overflow of a full queue"],
)
async def test_each_agent_hears_their_own_conversation_and_no_other(
    world: World, legs: tuple[LegRecord, ...], names: tuple[tuple[int, int], ...], named: bool
) -> None:
    """Whatever the part is called, and by every way that leads to it."""
    await write_calls(world.db, a_call("rd-1", legs=legs, agent=legs[-1].agent))
    recordings = []
    for leg, (stint, part) in zip(legs, names, strict=True):
        path = f"{stint}.{part}.wav"
        write_sound(world.deps.recordings / path)
        agent = leg.agent if named else None
        recordings.append(
            await add_recording(
                world.db, "rd-1", path, agent=agent, stint=stint, part=part, started_at=leg.started_at
            )
        )
    for login, own in (("lina", [True, False]), ("wangwei", [False, True]), ("zhaomin", [True, True])):
        browser = await world.browser(login)
        for address in ("/api/v1/recordings/{}", "/api/v1/recordings/{}/audio"):
            heard = [(await browser.get(address.format(it))).status_code == 200 for it in recordings]
            assert heard == own, (login, address)
        listed = (await browser.get("/api/v1/calls/rd-1")).json()["recordings"]
        assert [it["audible"] for it in listed] == own, login


async def test_what_an_extension_did_before_is_not_its_next_owners(world: World) -> None:
    """Neither heard nor listed nor noted on, whoever else may see the call."""
    recording, _ = await stored(world)
    now = later(3600)
    await set_extension(world.db, "lina", None, now=now, by=OPERATOR)
    await set_extension(world.db, "wangwei", "1001", now=now, by=OPERATOR)
    await write_calls(world.db, a_call("rd-2", at=3601))
    heir = await world.browser("wangwei")
    assert (await heir.get(f"/api/v1/recordings/{recording}/audio")).status_code == 404
    assert [call["id"] for call in (await heir.get("/api/v1/calls")).json()["items"]] == ["rd-2"]
    note = {"disposition": None, "note": "mine?"}
    assert (await heir.put("/api/v1/calls/rd-1/wrap-ups/1", json=note)).status_code == 404
    supervisor = await world.browser("zhaomin")
    everything = (await supervisor.get("/api/v1/calls")).json()["items"]
    assert {call["id"] for call in everything} == {"rd-1", "rd-2"}


@pytest.mark.parametrize("named", [True, False], ids=["agent known", "agent not known"])
async def test_who_answers_a_caller_that_waited_when_the_extension_came_to_them_has_that_call(
    world: World, named: bool
) -> None:
    """Neither the caller's waiting nor the conversation of somebody else before it makes it less theirs."""
    await set_extension(world.db, "lina", None, now=later(100), by=OPERATOR)
    await set_extension(world.db, "wangwei", "1001", now=later(100), by=OPERATOR)
    legs = tuple(
        LegRecord(no, "1001", "service", no, "", later(at), later(at + 40), 0.0, 0, "hangup")
        for no, at in ((1, 50), (2, 110))
    )
    await write_calls(world.db, a_call("rd-1", legs=legs, ended_at=later(150)))
    recordings = []
    for stint, leg in enumerate(legs, start=1):
        write_sound(world.deps.recordings / f"{stint}.wav")
        agent = "1001" if named else None
        recordings.append(
            await add_recording(
                world.db, "rd-1", f"{stint}.wav", agent=agent, stint=stint, started_at=leg.started_at
            )
        )
    heir = await world.browser("wangwei")
    assert [call["id"] for call in (await heir.get("/api/v1/calls")).json()["items"]] == ["rd-1"]
    detail = (await heir.get("/api/v1/calls/rd-1")).json()
    assert [leg["agent_name"] for leg in detail["legs"]] == ["李娜", "王伟"]
    assert [it["audible"] for it in detail["recordings"]] == [False, True]
    codes = [(await heir.get(f"/api/v1/recordings/{it}/audio")).status_code for it in recordings]
    assert codes == [404, 200]
    noted = [await heir.put(f"/api/v1/calls/rd-1/wrap-ups/{n}", json={"note": "mine"}) for n in (1, 2)]
    assert [answer.status_code for answer in noted] == [404, 200]


async def test_who_gets_an_extension_back_has_their_own_past_there(world: World) -> None:
    recording, _ = await stored(world)
    for extension in (None, "1001"):
        await set_extension(world.db, "lina", extension, now=later(3600), by=OPERATOR)
    owner = await world.browser("lina")
    assert [call["id"] for call in (await owner.get("/api/v1/calls")).json()["items"]] == ["rd-1"]
    assert (await owner.get(f"/api/v1/recordings/{recording}/audio")).status_code == 200
    # But not once somebody else had it.
    for login, extension in (("lina", None), ("wangwei", "1001"), ("wangwei", None), ("lina", "1001")):
        await set_extension(world.db, login, extension, now=later(7200), by=OPERATOR)
    owner = await world.browser("lina")
    assert (await owner.get("/api/v1/calls")).json()["items"] == []


async def test_a_recording_of_nobody_known_is_heard_by_supervisors_only(world: World) -> None:
    await write_calls(world.db, a_call("rd-1", legs=(FIRST,)))
    recording = await add_recording(world.db, "rd-1", "a.wav", agent=None, started_at=later(200))
    write_sound(world.deps.recordings / "a.wav")
    codes = [
        (await (await world.browser(login)).get(f"/api/v1/recordings/{recording}/audio")).status_code
        for login in ("lina", "zhaomin")
    ]
    assert codes == [404, 200]


@pytest.mark.parametrize(
    ("asked", "start", "end"), [("bytes=0-99", 0, 100), ("bytes=100-", 100, None), ("bytes=-44", -44, None)]
)
async def test_a_player_may_ask_for_a_part(world: World, asked: str, start: int, end: int | None) -> None:
    recording, sound = await stored(world)
    browser = await world.browser("lina")
    answer = await browser.get(f"/api/v1/recordings/{recording}/audio", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == sound[start:end]
    assert answer.headers["content-range"].endswith(f"/{len(sound)}")
    assert answer.headers["accept-ranges"] == "bytes"


async def test_a_part_beyond_the_end_is_refused(world: World) -> None:
    recording, sound = await stored(world)
    browser = await world.browser("lina")
    headers = {"Range": f"bytes={len(sound)}-"}
    answer = await browser.get(f"/api/v1/recordings/{recording}/audio", headers=headers)
    assert answer.status_code == 416


async def test_one_listening_is_noted_once_and_the_next_one_again(world: World) -> None:
    recording, _ = await stored(world)
    lina, supervisor = await world.browser("lina"), await world.browser("zhaomin")
    for asked in ("bytes=500-600", "bytes=0-99", "bytes=100-200"):
        await lina.get(f"/api/v1/recordings/{recording}/audio", headers={"Range": asked})
    await supervisor.get(f"/api/v1/recordings/{recording}/audio?reason=complaint")
    assert await listeners(world.db, recording) == ["zhaomin", "lina"]
    world.clock.advance(minutes=11)
    await lina.get(f"/api/v1/recordings/{recording}/audio")
    assert await listeners(world.db, recording) == ["lina", "zhaomin", "lina"]


async def test_what_cannot_be_noted_cannot_be_heard(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    recording, _ = await stored(world)
    browser = await world.browser("lina")
    async with world.db.transaction() as session:
        await (await session.connection()).exec_driver_sql("DROP TABLE audit")
    answer = await browser.get(f"/api/v1/recordings/{recording}/audio")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_away")


@pytest.mark.parametrize(
    "path", ["../secret.wav", "/etc/passwd", "a/../../secret.wav", "link.wav", "gone.wav", "."]
)
async def test_nothing_outside_of_the_store_is_ever_served(world: World, path: str, tmp_path: Path) -> None:
    write_sound(tmp_path / "secret.wav")
    store = world.deps.recordings
    store.mkdir()
    (store / "link.wav").symlink_to(tmp_path / "secret.wav")
    await write_calls(world.db, a_call("rd-1"))
    recording = await add_recording(world.db, "rd-1", path)
    browser = await world.browser("lina")
    answer = await browser.get(f"/api/v1/recordings/{recording}/audio")
    assert (answer.status_code, answer.json()["code"]) == (410, "recording_gone")
    assert await listeners(world.db, recording) == []


async def test_an_erased_recording_is_gone_even_if_its_file_is_still_there(world: World) -> None:
    await write_calls(world.db, a_call("rd-1"))
    recording = await add_recording(world.db, "rd-1", "a.wav", state="erased")
    write_sound(world.deps.recordings / "a.wav")
    browser = await world.browser("zhaomin")
    assert (await browser.get(f"/api/v1/recordings/{recording}/audio")).status_code == 410


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "x", "9" * 30])
async def test_a_number_that_is_none_is_refused(world: World, number: str) -> None:
    browser = await world.browser("zhaomin")
    assert (await browser.get(f"/api/v1/recordings/{number}/audio")).status_code == 422
