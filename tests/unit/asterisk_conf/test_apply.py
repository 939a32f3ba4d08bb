"""What a change does to a running Asterisk: how often it reads its files, and whom it signs out."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from asterisk_conf import apply as module
from asterisk_conf.apply import apply, phones_in_force
from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.program import Program
from asterisk_conf.render import render
from asterisk_conf.secrets import phone_password
from asterisk_conf.spec import AgentSpec, PhoneKind, QueueSpec, TelephonySpec
from asterisk_conf.unregister import NoAnswer, NotUnregistered
from tests.unit.asterisk_conf.builders import SECRETS, folders, program

SPEC = TelephonySpec(
    SECRETS,
    queues=(QueueSpec("service"),),
    agents=(AgentSpec("1001", epoch=5), AgentSpec("1002", PhoneKind.DESK)),
)


class NotingAsterisk:
    """Renders in truth, and notes what it is told in order: reloads, and phones that are signed out."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folders: AsteriskFolders = folders(root)
        self.told: list[str] = []
        self.trouble: Exception | None = None
        self.stuck: dict[str, NotUnregistered] = {}
        self._program = program(root)
        monkeypatch.setattr(module, "unregister", self._unregister)
        monkeypatch.setattr(module, "TRY_AGAIN_S", 0)

    def program(self) -> Program:
        return self._program

    def render(self, spec: TelephonySpec | None = None) -> tuple[Path, ...]:
        assert spec is not None
        return render(spec, self.folders, self._program)

    async def command(self, command: str, *, timeout_s: float = 10.0) -> str:
        if self.trouble is not None:
            raise self.trouble
        if command.startswith("module "):
            return ""  # Modules that this Asterisk was started without are another module's business.
        phones = ",".join(sorted(phones_in_force(self.folders.etc)))
        self.told.append(f"{command}: {phones}")
        return ""

    async def _unregister(self, port: int, realm: str, extension: str, password: str) -> None:
        # Only the account that is in force can do it.
        assert phones_in_force(self.folders.etc)[extension] == password
        if extension in self.stuck:
            raise self.stuck[extension]
        self.told.append(f"out: {extension}")

    async def apply(self, spec: TelephonySpec) -> list[str]:
        """What it was told by this change."""
        self.told.clear()
        await apply(self, spec)  # type: ignore[arg-type]
        return self.told


@pytest.fixture
async def asterisk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NotingAsterisk:
    it = NotingAsterisk(tmp_path, monkeypatch)
    assert await it.apply(SPEC) == ["core reload: 1001,1002"]
    return it


async def test_what_is_in_force_is_told_nothing(asterisk: NotingAsterisk) -> None:
    assert await asterisk.apply(SPEC) == []


async def test_the_passwords_in_force_are_those_on_the_disk(asterisk: NotingAsterisk) -> None:
    assert phones_in_force(asterisk.folders.etc) == {
        "1001": phone_password(SECRETS.master, "1001", 5),
        "1002": phone_password(SECRETS.master, "1002", 0),
    }


async def test_a_phone_with_another_password_is_signed_out_after_it_counts(asterisk: NotingAsterisk) -> None:
    agents = (AgentSpec("1001", epoch=6), SPEC.agents[1])
    assert await asterisk.apply(replace(SPEC, agents=agents)) == ["core reload: 1001,1002", "out: 1001"]


async def test_a_phone_that_is_taken_away_is_signed_out_before_its_account_goes(
    asterisk: NotingAsterisk,
) -> None:
    told = await asterisk.apply(replace(SPEC, agents=(SPEC.agents[1],)))
    assert told == ["core reload: 1001,1002", "out: 1001", "core reload: 1002"]


async def test_another_master_secret_signs_everybody_out(asterisk: NotingAsterisk) -> None:
    secrets = replace(SECRETS, master="another-master")
    told = await asterisk.apply(replace(SPEC, secrets=secrets))
    assert told == ["core reload: 1001,1002", "out: 1001", "out: 1002"]


@pytest.mark.parametrize(
    "change",
    [
        lambda spec: replace(spec, agents=(*spec.agents, AgentSpec("1003", epoch=1))),
        lambda spec: replace(spec, agents=(replace(spec.agents[0], language="en"), spec.agents[1])),
        lambda spec: replace(spec, agents=(replace(spec.agents[0], phone=PhoneKind.DESK), spec.agents[1])),
        lambda spec: replace(spec, queues=(QueueSpec("service", weight=3),)),
    ],
)
async def test_whoever_keeps_their_password_stays_registered(
    asterisk: NotingAsterisk, change: Callable[[TelephonySpec], TelephonySpec]
) -> None:
    told = await asterisk.apply(change(SPEC))
    assert [word.split(":")[0] for word in told] == ["core reload"]


async def test_files_that_were_written_and_not_read_are_read_the_next_time(asterisk: NotingAsterisk) -> None:
    wanted = replace(SPEC, queues=(QueueSpec("service", weight=3),))
    asterisk.trouble = AsteriskProblem("away")
    with pytest.raises(AsteriskProblem):
        await asterisk.apply(wanted)
    asterisk.trouble = None
    assert await asterisk.apply(wanted) == ["core reload: 1001,1002"]
    assert await asterisk.apply(wanted) == []


async def test_an_asterisk_that_did_not_read_it_is_told_again(asterisk: NotingAsterisk) -> None:
    wanted = replace(SPEC, agents=(AgentSpec("1001", epoch=6),))
    asterisk.trouble = AsteriskProblem("away")
    with pytest.raises(AsteriskProblem):
        await asterisk.apply(wanted)
    asterisk.trouble = None
    told = await asterisk.apply(wanted)
    assert told == ["core reload: 1001,1002", "out: 1001", "out: 1002", "core reload: 1001"]
    assert await asterisk.apply(wanted) == []


async def test_a_phone_that_could_not_be_signed_out_is_tried_again(asterisk: NotingAsterisk) -> None:
    wanted = replace(SPEC, agents=(AgentSpec("1001", epoch=6), SPEC.agents[1]))
    asterisk.stuck["1001"] = NotUnregistered("Asterisk answered 401")
    with pytest.raises(AsteriskProblem, match=r"1001 could not be signed out .*401") as refusal:
        await asterisk.apply(wanted)
    assert "within two minutes" in refusal.value.sentence
    asterisk.stuck.clear()
    assert await asterisk.apply(wanted) == ["out: 1001"]


async def test_trying_again_to_sign_out_who_left_lets_asterisk_read_nothing_anew(
    asterisk: NotingAsterisk,
) -> None:
    wanted = replace(SPEC, agents=(SPEC.agents[1],))
    asterisk.stuck["1001"] = NotUnregistered("Asterisk answered 401")
    told = []
    for _ in range(3):
        with pytest.raises(AsteriskProblem):
            await asterisk.apply(wanted)
        told += asterisk.told
    assert told == ["core reload: 1001,1002"]
    asterisk.stuck.clear()
    assert await asterisk.apply(wanted) == ["out: 1001", "core reload: 1002"]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (
            replace(SPEC, secrets=replace(SECRETS, master="another-master")),
            ["core reload: 1001,1002", "out: 1002"],
        ),
        (replace(SPEC, agents=()), ["core reload: 1001,1002", "out: 1002", "core reload: 1001"]),
    ],
    ids=["they stay", "they leave"],
)
async def test_one_phone_that_cannot_be_signed_out_does_not_keep_the_others(
    asterisk: NotingAsterisk, wanted: TelephonySpec, told: list[str]
) -> None:
    asterisk.stuck["1001"] = NotUnregistered("Asterisk answered 401")
    with pytest.raises(AsteriskProblem, match="1001"):
        await asterisk.apply(wanted)
    assert asterisk.told == told
    with pytest.raises(AsteriskProblem, match="1001"):
        await asterisk.apply(wanted)
    assert asterisk.told == []


async def test_an_asterisk_that_does_not_answer_is_not_asked_for_each_phone(asterisk: NotingAsterisk) -> None:
    secrets = replace(SECRETS, master="another-master")
    asterisk.stuck["1001"] = NoAnswer("Asterisk's websocket: TimeoutError()")
    with pytest.raises(AsteriskProblem, match="1001"):
        await asterisk.apply(replace(SPEC, secrets=secrets))
    assert asterisk.told == ["core reload: 1001,1002"]
    asterisk.stuck.clear()
    assert await asterisk.apply(replace(SPEC, secrets=secrets)) == ["out: 1001", "out: 1002"]


async def test_a_process_that_is_killed_with_the_files_written_owes_the_rest_to_the_next(
    asterisk: NotingAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = replace(SPEC, agents=(AgentSpec("1001", epoch=6), SPEC.agents[1]))
    written = asyncio.Event()

    async def killed_here(_: object) -> None:
        written.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patched:
        patched.setattr(module, "reload", killed_here)
        process = asyncio.create_task(asterisk.apply(wanted))
        await written.wait()
        process.cancel()
        await asyncio.gather(process, return_exceptions=True)
    assert await asterisk.apply(wanted) == ["core reload: 1001,1002", "out: 1001"]
    assert await asterisk.apply(wanted) == []


async def test_two_do_not_change_the_files_at_once(
    asterisk: NotingAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TRY_AGAIN_S", 0.01)
    under_way = 0

    async def command(command: str, *, timeout_s: float = 10.0) -> str:
        nonlocal under_way
        under_way += 1
        assert under_way == 1
        for _ in range(5):
            await asyncio.sleep(0)
        under_way -= 1
        return ""

    asterisk.command = command  # type: ignore[method-assign]
    wanted = [replace(SPEC, agents=(AgentSpec("1001", epoch=n), SPEC.agents[1])) for n in (6, 7)]
    await asyncio.gather(*(apply(asterisk, spec) for spec in wanted))  # type: ignore[arg-type]
    assert under_way == 0


async def test_who_never_comes_to_their_turn_is_told(
    asterisk: NotingAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOCK_TRIES", 2)
    monkeypatch.setattr(module, "_locked", lambda handle: False)
    with pytest.raises(AsteriskProblem, match="Another process"):
        await asterisk.apply(SPEC)
