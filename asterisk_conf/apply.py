"""Brings a changed specification into a running Asterisk, and signs out phones whose password has changed.

A reload alone leaves a phone registered that came in with an older password, and even one whose extension is
gone: its contact stays until it expires, and would ring for whoever gets the extension next.
"""

import asyncio
import dataclasses
import fcntl
import json
import os
import re
import time
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.reload import reload
from asterisk_conf.secrets import phone_password
from asterisk_conf.server import AsteriskServer
from asterisk_conf.spec import AgentSpec, TelephonySpec
from asterisk_conf.unregister import NoAnswer, NotUnregistered, unregister

REALM = "asterisk"
LOCK_TRIES = 60
# Asterisk takes a reloaded password in a moment after it has answered.
TRIES = 5
TRY_AGAIN_S = 0.3
_PHONE = re.compile(r"^\[(\d+)\]\(phone-auth\)\nusername = \1\npassword = ([0-9a-f]+)$", re.MULTILINE)


@dataclass(slots=True)
class _Debt:
    """What Asterisk has not been told yet: a reload, and phones that are to be signed out.

    To sign a phone out one needs its account, so one that goes away gets a last one, which nobody knows; each
    phone has the epoch of that one here, so that trying again changes nothing that Asterisk has read.

    On the disk, beside the files: whoever wrote them may be killed before it has told of them, and the next
    process would find nothing changed.
    """

    file: Path
    reload: bool = False
    phones: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, etc: Path) -> "_Debt":
        file = etc / ".owed"
        try:
            known = json.loads(file.read_text(encoding="utf-8"))
            return cls(file, bool(known["reload"]), {str(ext): int(n) for ext, n in known["phones"].items()})
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return cls(file)

    def add(self, phones: Iterable[str]) -> None:
        """These are to be signed out; one that is owed already keeps its last account."""
        epoch = time.time_ns() // 1_000_000
        for extension in phones:
            self.phones.setdefault(extension, epoch)

    def leavers(self, staying: Collection[str]) -> tuple[AgentSpec, ...]:
        """The last accounts of those who do not stay."""
        return tuple(AgentSpec(ext, epoch=n) for ext, n in sorted(self.phones.items()) if ext not in staying)

    def note(self) -> None:
        """Written whole or not at all; nothing is owed when there is no file."""
        if not self.reload and not self.phones:
            self.file.unlink(missing_ok=True)
            return
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps({"reload": self.reload, "phones": self.phones}), encoding="utf-8")
        new.replace(self.file)


async def apply(asterisk: AsteriskServer, spec: TelephonySpec) -> tuple[Path, ...]:
    """The files that changed, which Asterisk has read when this returns; calls are not touched.

    Raises AsteriskProblem; what was left undone is done by the next call, of whatever process.
    """
    etc = asterisk.folders.etc
    async with _alone(etc):
        debt = _Debt.of(etc)
        before, now = phones_in_force(etc), _phones_of(spec)
        debt.add(ext for ext, password in before.items() if now.get(ext) != password)
        leavers = debt.leavers(now)
        changed = await _load(asterisk, _with(spec, leavers), debt)
        trouble = await _sign_out(spec, (*spec.agents, *leavers), debt)
        if leavers:
            changed += await _load(asterisk, _with(spec, debt.leavers(now)), debt)
        if trouble is not None:
            raise trouble
        return changed


def _with(spec: TelephonySpec, leavers: tuple[AgentSpec, ...]) -> TelephonySpec:
    return dataclasses.replace(spec, agents=spec.agents + leavers)


async def _load(asterisk: AsteriskServer, spec: TelephonySpec, debt: _Debt) -> tuple[Path, ...]:
    owed, debt.reload = debt.reload, True
    debt.note()
    changed = await asyncio.to_thread(asterisk.render, spec)
    if changed or owed:
        await reload(asterisk)
    debt.reload = False
    debt.note()
    return changed


def phones_in_force(etc: Path) -> Mapping[str, str]:
    """The password of each phone as the configuration on the disk has it, by extension."""
    try:
        return dict(_PHONE.findall((etc / "pjsip.conf").read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}


def _phones_of(spec: TelephonySpec) -> Mapping[str, str]:
    return {agent.extension: _password(spec, agent) for agent in spec.agents}


def _password(spec: TelephonySpec, agent: AgentSpec) -> str:
    return phone_password(spec.secrets.master, agent.extension, agent.epoch)


async def _sign_out(spec: TelephonySpec, agents: Sequence[AgentSpec], debt: _Debt) -> AsteriskProblem | None:
    """Those who are owed it. One that stays does not keep the others from it; a silent Asterisk does."""
    trouble = None
    for agent in agents:
        if agent.extension not in debt.phones:
            continue
        try:
            await _unregister(spec, agent)
        except NotUnregistered as problem:
            trouble = trouble or AsteriskProblem(
                f"The phone {agent.extension} could not be signed out ({problem}); its registration ends "
                "by itself within two minutes."
            )
            if isinstance(problem, NoAnswer):
                break
        else:
            del debt.phones[agent.extension]
            debt.note()
    return trouble


async def _unregister(spec: TelephonySpec, agent: AgentSpec) -> None:
    for attempt in range(1, TRIES + 1):
        try:
            await unregister(spec.ports.http, REALM, agent.extension, _password(spec, agent))
            return
        except NotUnregistered:
            if attempt == TRIES:
                raise
        await asyncio.sleep(TRY_AGAIN_S)


@asynccontextmanager
async def _alone(etc: Path) -> AsyncIterator[None]:
    """The service and a command must not write the files, and ask Asterisk to read them, at the same time."""
    handle = _open(etc)
    try:
        for _ in range(LOCK_TRIES):
            if _locked(handle):
                break
            await asyncio.sleep(TRY_AGAIN_S)
        else:
            raise AsteriskProblem(f"Another process has been changing {etc} for a while; try again.")
        yield
    finally:
        os.close(handle)


def _open(etc: Path) -> int:
    etc.mkdir(parents=True, exist_ok=True)
    return os.open(etc / ".applying", os.O_CREAT | os.O_RDWR, 0o600)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
