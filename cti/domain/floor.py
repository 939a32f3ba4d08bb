"""The floor: the one live picture of calls, agents and queues; one task writes it, the rest get deltas."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType

from cti.domain import events as ev
from cti.domain.agent import Activity, Agent, AgentInfo, Interval
from cti.domain.call import Call
from cti.domain.call_parts import Stint, came_by
from cti.domain.call_state import IllegalMove
from cti.domain.day import Day
from cti.domain.delta import FloorDelta, FloorSnapshot, Kind
from cti.domain.happenings import Happenings
from cti.domain.leaving import Departures, leaving
from cti.domain.membership import MemberEvent, follow_member, follow_ring
from cti.domain.queue import Queue, QueueInfo
from cti.domain.standing import Standing
from cti.domain.system import SYSTEM_RULES, new_system
from cti.domain.views import view_agent, view_call, view_queue

# How long an ended call stays visible, so that late facts and the after-call screen still find it.
ENDED_CALLS_KEPT = timedelta(minutes=10)

# What moves agents even where the parts of the call tell nothing new.
_MOVING = (ev.AgentRung, ev.RingEnded, ev.CallEnded)
# A call's stays in queues, each by what it stays known by when late facts change the others.
_Stints = Mapping[tuple[str, datetime], Stint]


@dataclass(frozen=True, slots=True)
class Directory:
    """Who works here and which queues there are; replaced as a whole when settings change."""

    agents: Mapping[str, AgentInfo]
    queues: Mapping[str, QueueInfo]
    timezone: tzinfo
    default_wrap_up_seconds: int = 30


class _Touched:
    """What the event under way has changed so far. Written out: one is made for every event."""

    __slots__ = ("agents", "calls", "gone", "intervals", "queues", "system")

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self.agents: dict[str, Agent] = {}
        self.queues: dict[str, Queue] = {}
        self.system = False
        self.gone: list[tuple[Kind, str]] = []
        self.intervals: list[Interval] = []


class Floor:
    """Folds domain events into the live picture and says what each one changed."""

    def __init__(self, directory: Directory, *, epoch: str, now: datetime) -> None:
        self.epoch = epoch
        self.seq = 0
        self.calls: dict[str, Call] = {}
        self.agents: dict[str, Agent] = {}
        self.queues: dict[str, Queue] = {}
        self._ended: dict[str, datetime] = {}
        # Stays of calls that are gone from here and whose end was only guessed: when one of them comes again,
        # from Asterisk's records, these are taken out of the day's figures.
        self._uncertain: dict[str, tuple[Stint, ...]] = {}
        self._standing = Standing()
        self._consoles: set[str] = set()
        self._day = Day.at(now, directory.timezone)
        self.system = new_system(now, self._day)
        self._departures = Departures()
        self._happenings = Happenings()
        self.directory = directory
        self.set_directory(directory, now)

    @property
    def day_ends(self) -> datetime:
        """The next local midnight, in UTC."""
        return self._day.ends

    def set_directory(self, directory: Directory, now: datetime) -> None:
        """Take over changed agents and queues; live states stay.

        Who is not in it any more is gone with the next event after which they are in no call and no queue.
        """
        self.directory = directory
        self._day = Day.of(self._day.local, directory.timezone)
        for ext, agent_info in directory.agents.items():
            if ext not in self.agents:
                self.agents[ext] = Agent(agent_info, now, console=ext in self._consoles)
            elif self.agents[ext].info.user_id == agent_info.user_id:
                self.agents[ext].info = agent_info
        for name, queue_info in directory.queues.items():
            if name in self.queues:
                self.queues[name].info = queue_info
            else:
                self.queues[name] = Queue(queue_info, self._day.local, self._day.began)

    def leaving(self) -> list[Agent]:
        """Agents on the floor who do not work here any more."""
        return leaving(self.agents, self.directory.agents)

    def apply(self, event: ev.Event) -> FloorDelta:
        """Fold one event in. An event that contradicts our picture is reported in `drift`, never refused."""
        touched = _Touched()
        drift = None
        if event.at >= self._day.ends:
            self._turn_day(event.at, touched)
        try:
            self._dispatch(event, touched)
        except IllegalMove as problem:
            drift = str(problem)
        else:
            self._happenings.see(event, self.calls, self.agents)
        if self._ended:
            self._forget_ended(event.at, touched)
        if not self._departures.are_over(self.directory):
            self._let_go(event.at, touched)
        self.seq += 1
        return self._delta(event, touched, drift)

    def resume(
        self,
        intervals: Iterable[Interval],
        stints: Iterable[Stint],
        gaps: Iterable[ev.Event] = (),
        uncertain: Mapping[str, Sequence[Stint]] = MappingProxyType({}),
        came_by: Mapping[str, str | None] = MappingProxyType({}),
    ) -> None:
        """Before the first event after a restart: what agents were doing, the day's finished stints and gaps.

        The stints must be those of calls that have ended; the others come again with their calls. `uncertain`
        are those of calls, by id, whose end was guessed: they count until their call comes again. `came_by`
        has the queues, by agent, by which the callers of their present calls came to them.
        """
        for event in gaps:
            self._on_system(event, _Touched())
        for interval in intervals:
            agent = self.agents.get(interval.agent)
            if agent is not None:
                agent.resume_interval(interval, self._wrap_up_seconds(came_by.get(agent.ext)))
            else:
                self._departures.left_open(interval)
        self._count(stints)
        for call_id, of_call in uncertain.items():
            self._uncertain[call_id] = tuple(of_call)
            self._count(of_call)

    def _count(self, stints: Iterable[Stint], by: int = 1) -> None:
        for stint in stints:
            if stint.queue in self.queues:
                self.queues[stint.queue].count(stint, by)

    def snapshot(self, now: datetime) -> FloorSnapshot:
        """Everything as it is now."""
        standing = Standing(self.agents.values())
        return FloorSnapshot(
            epoch=self.epoch,
            seq=self.seq,
            at=now,
            calls=tuple(map(view_call, self.calls.values())),
            agents=tuple(map(view_agent, self.agents.values())),
            queues=tuple(view_queue(q, standing.of(name), now) for name, q in self.queues.items()),
            happenings=tuple(self._happenings.all().items()),
            system=self.system,
        )

    def _dispatch(self, event: ev.Event, touched: _Touched) -> None:
        if isinstance(event, ev.CallEvent):
            self._on_call(event, touched)
        elif isinstance(event, ev.AgentEvent):
            self._note_console(event)
            agent = self.agents.get(event.agent)
            if agent is not None:
                self._on_agent(agent, event, touched)
        else:
            self._on_system(event, touched)

    # Calls -------------------------------------------------------------------------------------------------

    def _on_call(self, event: ev.CallEvent, touched: _Touched) -> None:
        call = self.calls.get(event.call_id)
        if call is None:
            if not isinstance(event, ev.CallStarted):
                raise IllegalMove(f"{type(event).__name__} for a call never seen: {event.call_id}")
            call = self.calls[event.call_id] = Call.started(event)
            touched.calls[call.id] = call
            self._count(self._uncertain.pop(call.id, ()), -1)
            return
        stints, offers, legs, test = tuple(call.stints), tuple(call.offers), tuple(call.legs), call.test
        ringing, talking = call.ringing, {leg.agent for leg in call.open_legs}
        touched.calls[call.id] = call
        call.apply(event)
        # Parts are frozen, so what did not change is the very same: most events change few of them.
        if test != call.test or stints != tuple(call.stints):
            self._follow_queue(call, _by_entry(stints), test, touched)
        if isinstance(event, _MOVING) or legs != tuple(call.legs) or offers != tuple(call.offers):
            self._follow_agents(call, ringing, talking, event, touched)
        if isinstance(event, ev.CallEnded):
            self._ended.setdefault(call.id, event.at)

    def _follow_queue(self, call: Call, before: _Stints, was_test: bool, touched: _Touched) -> None:
        """Keep the queues' lists and figures equal to the call's stints; late facts change old ones.

        Those of a test call are in no figure, also when it is learned late that it is one.
        """
        now, waits = _by_entry(call.stints), call.stint
        for key in {**before, **now}:
            was, stint, queue = before.get(key), now.get(key), self.queues.get(key[0])
            if queue is None or (was == stint and was_test == call.test):
                continue
            touched.queues[key[0]] = queue
            if was is not None and not was_test:
                queue.count(was, -1)
            if stint is not None and not call.test:
                queue.count(stint)
            if waits is not None and waits.queue == key[0]:
                queue.entered(call.id, waits.entered_at, test=call.test)
            else:
                queue.left(call.id)

    def _follow_agents(
        self, call: Call, rang: set[str], talked: set[str], event: ev.CallEvent, touched: _Touched
    ) -> None:
        """Keep each agent's activity equal to their part in the call."""
        ringing = call.ringing
        talking = {leg.agent: leg for leg in call.open_legs}
        for ext in rang | talked | ringing | set(talking):
            agent = self.agents.get(ext)
            if agent is None or agent.is_old_news(event):
                continue
            if ext in talking:
                activity = Activity.HOLDING if talking[ext].held_since else Activity.TALKING
                changed = agent.act(activity, call.id, event.at, call.turn_of(ext))
            elif ext in ringing:
                busy = agent.talks_in_another(call.id)
                changed = [] if busy else agent.act(Activity.RINGING, call.id, event.at, call.turn_of(ext))
            elif ext in talked and (last := call.last_leg_of(ext)) is not None:
                seconds = self._wrap_up_seconds(came_by(last, call.stints))
                changed = agent.wrap_up(call.id, seconds, event.at, call.turn_of(ext))
            elif agent.call_id == call.id:
                changed = agent.act(Activity.IDLE, None, event.at)
            else:
                changed = []
            touched.agents[ext] = agent
            touched.intervals.extend(changed)
        if isinstance(event, (ev.AgentRung, ev.RingEnded)) and event.agent in self.agents:
            touched.agents[event.agent] = self.agents[event.agent]
            touched.intervals += follow_ring(self.agents[event.agent], event)

    def _wrap_up_seconds(self, queue_name: str | None) -> int:
        queue = self.directory.queues.get(queue_name or "")
        return queue.wrap_up_seconds if queue else self.directory.default_wrap_up_seconds

    def _forget_ended(self, now: datetime, touched: _Touched) -> None:
        if now - next(iter(self._ended.values())) < ENDED_CALLS_KEPT:
            return
        for call_id, ended_at in list(self._ended.items()):
            if now - ended_at < ENDED_CALLS_KEPT:
                break
            if any(agent.works_on(call_id) for agent in self.agents.values()):
                continue
            del self._ended[call_id]
            call = self.calls.pop(call_id)
            if call.guessed and not call.test:
                self._uncertain[call_id] = tuple(call.stints)
            touched.calls.pop(call_id, None)
            touched.gone.append((Kind.CALLS, call_id))

    # Agents ------------------------------------------------------------------------------------------------

    def _note_console(self, event: ev.AgentEvent) -> None:
        """A new user may be at the console before the directory has told of them."""
        if isinstance(event, ev.ConsoleOpened):
            self._consoles.add(event.agent)
        elif isinstance(event, ev.ConsoleClosed):
            self._consoles.discard(event.agent)

    def _on_agent(self, agent: Agent, event: ev.AgentEvent, touched: _Touched) -> None:
        touched.agents[agent.ext] = agent
        match event:
            case _ if isinstance(event, MemberEvent):
                touched.intervals += follow_member(agent, event)
                if isinstance(event, ev.MemberRemoved) and event.queue in self.queues:
                    touched.queues[event.queue] = self.queues[event.queue]
            case ev.PhoneReachable() | ev.PhoneUnreachable():
                # Asterisk tells the device's state at every step of a call; mostly that is no news.
                if not agent.phone(isinstance(event, ev.PhoneReachable), event.at):
                    del touched.agents[agent.ext]
            case ev.PhoneReported():
                if agent.muted == event.muted:
                    del touched.agents[agent.ext]
                agent.muted = event.muted
            case ev.ConsoleOpened() | ev.ConsoleClosed():
                agent.console = isinstance(event, ev.ConsoleOpened)
            case ev.CallLost():
                touched.intervals += agent.act(Activity.IDLE, None, event.at)
            case ev.WrapUpEnded():
                touched.intervals += agent.wrapped_up(event.call_id, event.turn, event.at)
            case ev.ContactRemoved() | ev.AgentSignedOut():
                pass  # Another registration may stand, and from which queues: Asterisk tells.
            case _:
                raise IllegalMove(f"no rule for {type(event).__name__}")

    def _let_go(self, now: datetime, touched: _Touched) -> None:
        departed = self._departures.settle(self.agents, self.queues, self.directory, self._consoles, now)
        for kind, id_ in departed.gone:
            (touched.agents if kind is Kind.AGENTS else touched.queues).pop(id_, None)
        touched.gone += departed.gone
        touched.intervals += departed.intervals
        touched.agents |= departed.arrived

    # System ------------------------------------------------------------------------------------------------

    def _on_system(self, event: ev.Event, touched: _Touched) -> None:
        rule = SYSTEM_RULES.get(type(event))
        if rule is not None:
            self.system, touched.system = rule(self.system, event), True
        if isinstance(event, ev.GapOpened):
            self._mark_calls(event.at, touched)
        elif isinstance(event, ev.GapClosed):
            self._mark_calls(event.since, touched)
            if not event.recovered:
                self._mark_figures(touched)
        elif isinstance(event, ev.DirectoryChanged):
            touched.agents.update(self.agents)
            touched.queues.update(self.queues)

    def _mark_calls(self, since: datetime, touched: _Touched) -> None:
        """Of the calls that lasted in a gap a part was not heard."""
        for call in self.calls.values():
            if call.ended_at is None or call.ended_at >= since:
                call.mark_gap(since)
                touched.calls[call.id] = call

    def _mark_figures(self, touched: _Touched) -> None:
        """What no record completes is missing in the figures of the day."""
        for name, queue in self.queues.items():
            queue.complete = False
            touched.queues[name] = queue

    # Changes -----------------------------------------------------------------------------------------------

    def _turn_day(self, now: datetime, touched: _Touched) -> None:
        self._day = Day.at(now, self.directory.timezone)
        self.system, touched.system = replace(self.system, day=self._day), True
        self._uncertain.clear()
        for name, queue in self.queues.items():
            queue.new_day(self._day.local, self._day.began)
            touched.queues[name] = queue

    def _delta(self, event: ev.Event, touched: _Touched, drift: str | None) -> FloorDelta:
        for agent in touched.agents.values():
            if self._standing.note(agent):
                touched.queues.update((n, self.queues[n]) for n in agent.members if n in self.queues)
        of, at = self._standing.of, event.at
        return FloorDelta(
            seq=self.seq,
            epoch=self.epoch,
            at=at,
            event=event,
            gone=tuple(touched.gone),
            calls=tuple([view_call(call) for call in touched.calls.values()]),
            agents=tuple([view_agent(agent) for agent in touched.agents.values()]),
            queues=tuple([view_queue(queue, of(name), at) for name, queue in touched.queues.items()]),
            happenings=self._happenings.untold(),
            system=self.system if touched.system else None,
            intervals=tuple(touched.intervals),
            drift=drift,
        )


def _by_entry(stints: Iterable[Stint]) -> _Stints:
    return {(stint.queue, stint.entered_at): stint for stint in stints}
