"""Checks that ask over AMI with the service's own account: what arrives, and who is in the queues."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from asterisk_conf.checks.finding import AsteriskFinding, Level
from asterisk_conf.render import CANARY_DROPPED, CANARY_PASSED
from asterisk_conf.spec import TelephonySpec
from cti.ami import actions
from cti.ami.action import AmiError
from cti.ami.framing import Fields
from cti.ami.link import AmiLink
from cti.ami.questions import label, members
from cti.ami.state import LinkLost, LinkState
from cti.domain.devices import device_of
from cti.settings import AmiSettings

_WITHIN_S = 5.0


class _Session:
    """One AMI session for the checks: counts user events and what should have been dropped."""

    def __init__(self, settings: AmiSettings) -> None:
        self.names: list[str] = []
        self.first: asyncio.Future[LinkState] = asyncio.get_running_loop().create_future()
        self.passed = asyncio.Event()
        self.link = AmiLink(
            settings,
            wanted=frozenset({b"UserEvent", b"VarSet"}),
            on_event=self._take,
            on_state=self._note,
        )

    async def _note(self, state: LinkState) -> None:
        if not self.first.done():
            self.first.set_result(state)

    def _take(self, fields: Fields) -> None:
        name = label(fields)
        self.names.append(name)
        if name == CANARY_PASSED:
            self.passed.set()


@asynccontextmanager
async def _session(settings: AmiSettings) -> AsyncIterator[_Session]:
    session = _Session(settings)
    task = asyncio.create_task(session.link.run())
    try:
        yield session
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def check_manager(settings: AmiSettings, spec: TelephonySpec) -> tuple[AsteriskFinding, ...]:
    """Whether the account lets us in, its event filter is in force, and the queues know their members."""
    async with _session(settings) as session:
        try:
            async with asyncio.timeout(_WITHIN_S):
                state = await session.first
        except TimeoutError:
            return (AsteriskFinding("ami", Level.ERROR, "AMI does not answer", "start it: scripts/up"),)
        if isinstance(state, LinkLost):
            return (AsteriskFinding("ami", Level.ERROR, state.detail, "start it: scripts/up"),)
        return (
            AsteriskFinding("ami", Level.OK, f"the account {settings.username} is let in"),
            await _guarded("event-filter", _check_filter(session)),
            await _guarded("members", _check_members(session, spec)),
        )


async def _guarded(check_id: str, check: Awaitable[AsteriskFinding]) -> AsteriskFinding:
    try:
        return await check
    except (AmiError, TimeoutError) as problem:
        sentence = f"Asterisk did not answer over AMI: {problem or 'no answer in time'}"
        return AsteriskFinding(check_id, Level.ERROR, sentence, "ringdesk asterisk status")


async def _check_filter(session: _Session) -> AsteriskFinding:
    """Sends what must be dropped, then what must pass: a malformed filter leaves the account unfiltered."""
    link = session.link
    for action in (
        actions.set_variable("RD_CANARY", "1"),
        actions.user_event(CANARY_DROPPED),
        actions.user_event(CANARY_PASSED),
    ):
        await link.action(action.headers)
    async with asyncio.timeout(_WITHIN_S):
        await session.passed.wait()
    leaked = sorted({"VarSet", CANARY_DROPPED}.intersection(session.names))
    if leaked:
        return AsteriskFinding(
            "event-filter",
            Level.WARN,
            f"the event filter of the AMI account is not in force ({', '.join(leaked)} came through), so the "
            "service gets more than twice the traffic",
            "render again and reload: ringdesk asterisk render",
        )
    return AsteriskFinding("event-filter", Level.OK, "events that nobody wants are dropped by Asterisk")


async def _check_members(session: _Session, spec: TelephonySpec) -> AsteriskFinding:
    """Whether each member's interface is a phone of ours that Asterisk knows."""
    listed = await members(session.link)
    ours = {device_of(agent.extension) for agent in spec.agents}
    wrong = {f"{it.device} in {it.queue}" for it in listed if it.device not in ours or not it.known}
    if wrong:
        return AsteriskFinding(
            "members",
            Level.WARN,
            f"these queue members are no phones of ours, calls offered to them are lost time: "
            f"{', '.join(sorted(wrong))}",
            "remove them: the agent signs out, or ringdesk asterisk render after adding the agent",
        )
    return AsteriskFinding("members", Level.OK, f"{len(listed)} memberships, every one a phone of ours")
