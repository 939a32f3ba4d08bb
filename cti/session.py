"""The life of the connection to Asterisk: fills the hole after each break, then keeps the floor honest."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from cti.ami.action import AmiError
from cti.ami.actions import as_told, remove_member
from cti.ami.framing import Fields
from cti.ami.normaliser import normalise
from cti.ami.snapshot import Asking, Snapshot, take_snapshot
from cti.ami.state import LinkLost, LinkReady, LinkState
from cti.control.rules import Membership, joining, pausing
from cti.domain import events as ev
from cti.live import LiveFloor
from cti.resync import corrections, membership_repairs

log = structlog.get_logger(__name__)

CHECK_EVERY_S = 30.0
CONFIRM_AFTER_S = 2.0
# After hours without the service there is much to tell: everyone who listens follows after so many facts.
TOLD_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What Asterisk's records told: events in time order, and whether they cover the whole hole."""

    events: Sequence[ev.Event]
    recovered: bool


Pace = Callable[[], Awaitable[object]]
"""Returns when whoever writes down what is told has room for more."""


async def at_once() -> None:
    """No need to wait."""


class Records(Protocol):
    """Reads Asterisk's own records (the reconciler). `since` None: everything not yet stored."""

    async def catch_up(self, since: datetime | None) -> CatchUp: ...


class AsteriskSession:
    """What the AMI link reports, turned into facts on the floor.

    After each connection: events from Asterisk's records first (the past), then the comparison with its own
    picture (the present), then LinkUp. Live events wait in the link until that is done.
    """

    def __init__(
        self,
        live: LiveFloor,
        records: Records,
        *,
        clock: Callable[[], datetime],
        last_heard: datetime | None,
        penalty: Callable[[str, str], int],
        pace: Pace = at_once,
    ) -> None:
        self._live = live
        self._records = records
        self._clock = clock
        self._penalty = penalty
        self._pace = pace
        self._to_tell: deque[ev.Event] = deque()
        self._recovered = True
        self._gap_since: datetime | None = last_heard
        self._first = True
        self._members_before: Mapping[str, Mapping[str, str | None]] = {}
        self.link: Asking | None = None

    def on_event(self, fields: Fields) -> None:
        """One AMI event."""
        for event in normalise(fields):
            self._live.observe(event)

    async def on_state(self, state: LinkState) -> None:
        """Asterisk is heard, or is not heard any more. Raises AmiError when the comparison was cut short."""
        if isinstance(state, LinkReady):
            await self._fill_the_hole(state)
        else:
            self._lost(state)

    def _lost(self, state: LinkLost) -> None:
        if self._gap_since is None and not self._first:
            self._gap_since = state.heard_until or state.at
            agents = self._live.floor.agents
            self._members_before = {ext: dict(agent.members) for ext, agent in agents.items()}
            self._live.observe(ev.GapOpened(at=self._gap_since, reason=state.reason.value))
        self._live.observe(ev.LinkDown(at=state.at, reason=state.reason.value))

    async def _fill_the_hole(self, state: LinkReady) -> None:
        assert self.link is not None
        caught_up = await self._records.catch_up(None if self._first else self._gap_since)
        self._to_tell.extend(caught_up.events)
        # What an attempt that is cut short found to be lost is lost for the next one as well.
        self._recovered &= caught_up.recovered
        await self._tell_the_past()
        snapshot = await take_snapshot(self.link)
        if self._restarted(state):
            await self._bring_members_back(snapshot)
            snapshot = await take_snapshot(self.link)
        self._live.observe_all(corrections(self._live.floor, snapshot))
        if self._gap_since is not None:
            now = self._clock()
            self._live.observe(ev.GapClosed(at=now, since=self._gap_since, recovered=self._recovered))
        self._gap_since, self._first, self._recovered = None, False, True
        self._live.observe(ev.LinkUp(at=self._clock(), asterisk_version=snapshot.asterisk_version))

    async def _tell_the_past(self) -> None:
        """What is cut short by the link's time-out goes on at the next connection: it is told only once."""
        while self._to_tell:
            for _ in range(min(TOLD_AT_ONCE, len(self._to_tell))):
                self._live.observe(self._to_tell.popleft())
            await asyncio.sleep(0)
            await self._pace()

    def _restarted(self, state: LinkReady) -> bool:
        """Whether this is another Asterisk process than the one we last heard."""
        if state.uptime_s is None or self._gap_since is None:
            return False
        # The uptime has whole seconds, cut down: this is never before the true start. The Asterisk that we
        # heard until the gap began had started long before.
        return state.at - timedelta(seconds=state.uptime_s) > self._gap_since

    async def _bring_members_back(self, snapshot: Snapshot) -> None:
        """About members and pauses we are right: nobody could change them while Asterisk was away."""
        add, pause, remove = membership_repairs(self._members_before, snapshot)
        actions = [
            joining(agent, Membership(queue, self._penalty(agent, queue)), reason)
            for agent, queue, reason in add
        ]
        actions += [pausing(agent, reason, queue) for agent, queue, reason in pause]
        actions += [remove_member(agent, queue) for agent, queue in remove]
        assert self.link is not None
        for action in actions:
            reply = await self.link.action(action.headers)
            log.info("member put right", **as_told(action), success=reply.success)

    async def look_at_agents(self) -> None:
        """Learn phones and memberships of agents who are new here: what was said of them meant nobody.

        Only what they have: what Asterisk did not tell may have come while it was asked.
        """
        try:
            found = await self._differences()
        except AmiError as problem:
            # After the next connection, or at the next comparison.
            log.info("agents not compared", problem=str(problem))
        else:
            had = (ev.MemberAdded, ev.PhoneReachable)
            self._live.observe_all(event for event in found if isinstance(event, had))

    async def keep_honest(self) -> None:
        """Compare the floor with Asterisk again and again; only what differs twice is corrected."""
        while True:
            await asyncio.sleep(CHECK_EVERY_S)
            try:
                await self._check_once()
            except AmiError as problem:
                log.info("floor not compared", problem=str(problem))

    async def _check_once(self) -> None:
        if self._first or self._gap_since is not None:
            return  # What is not told yet is no drift; a hole is filled with a comparison at its end.
        suspected = {_subject(e) for e in await self._differences()}
        if not suspected:
            return
        await asyncio.sleep(CONFIRM_AFTER_S)
        for event in await self._differences():
            if _subject(event) in suspected:
                what = " ".join(str(part) for part in _subject(event))
                log.warning("drift", what=what)
                self._live.observe(
                    ev.DriftFound(at=event.at, source=ev.Source.SERVICE, subject=what, ours="", theirs=what)
                )
                self._live.observe(event)

    async def _differences(self) -> list[ev.Event]:
        assert self.link is not None
        return corrections(self._live.floor, await take_snapshot(self.link))


def _subject(event: ev.Event) -> tuple[str, ...]:
    """What a correction is about, without its time."""
    names = ("call_id", "agent", "queue")
    return (type(event).__name__, *(str(getattr(event, n)) for n in names if hasattr(event, n)))
