"""Carries out commands: checks them against the floor, then speaks to Asterisk and to the agent's phone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import structlog

from crm.rules.destinations import DEFAULT_RULES, DialRules
from cti.ami.action import AmiAction, AmiError, AmiLost, AmiTimeout
from cti.bus.contract import Bus
from cti.bus.topics import PHONE
from cti.control import commands as cmd
from cti.control.commands import (
    CommandResult,
    DecidePause,
    Each,
    Observation,
    PhoneInstruction,
    Refused,
    Unanswered,
)
from cti.control.pauses import PauseWriter
from cti.control.rules import Context, Membership, plan
from cti.domain.events import PauseDecided, Source
from cti.domain.pauses import Reasons, undone
from cti.live import LiveFloor

log = structlog.get_logger(__name__)


class ActionReply(Protocol):
    """Asterisk's answer to one action."""

    @property
    def success(self) -> bool: ...

    @property
    def message(self) -> str: ...


class ActionLink(Protocol):
    """Sends one action to Asterisk and waits, bounded in time, for its answer."""

    async def action(self, fields: Mapping[str, str]) -> ActionReply: ...


class Control:
    """The one door for commands. Their effect is learned from events, never assumed."""

    def __init__(
        self,
        live: LiveFloor,
        link: ActionLink,
        bus: Bus,
        *,
        clock: Callable[[], datetime],
        test_call: Callable[[cmd.PlaceTestCall], AmiAction],
        destinations: DialRules = DEFAULT_RULES,
    ) -> None:
        self._live = live
        self._link = link
        self._bus = bus
        self._clock = clock
        self._test_call = test_call
        self._destinations = destinations
        self.pauses = PauseWriter(live, self.send)
        self.memberships: Mapping[str, Sequence[Membership]] = {}

    async def execute(self, command: cmd.Command) -> CommandResult:
        """Carry out one command. Raises Refused when the floor or Asterisk says no."""
        context = Context(
            self._live.floor, self._clock(), self.memberships, self._test_call, self._destinations
        )
        planned = plan(context, command)
        undo: list[Any] = []
        try:
            for step in planned.steps:
                await self._take(step, undo)
        except Unanswered:
            raise  # The comparison with Asterisk will tell what came of it.
        except Refused:
            self._live.observe_all(undo)
            raise
        return CommandResult(planned.call_id)

    async def send(self, action: AmiAction) -> None:
        """One action to Asterisk. Raises Refused; in Asterisk's own words when it says no."""
        try:
            reply = await self._link.action(action.headers)
        except (AmiLost, AmiTimeout) as problem:
            raise Unanswered("asterisk_away", _unanswered(action, problem)) from problem
        except AmiError as problem:
            raise Refused("asterisk_away", _unanswered(action, problem)) from problem
        if not reply.success and not any(h in reply.message for h in action.harmless):
            log.warning("action refused", action=action.name, answer=reply.message)
            raise Refused("asterisk_refused", f"Asterisk refused: {reply.message}")

    async def _take(self, step: cmd.Step, undo: list[Any]) -> None:
        match step:
            case Observation(event, undone):
                self._live.observe(event)
                if undone is not None:
                    undo.append(undone)
            case PhoneInstruction():
                self._bus.publish(PHONE, step)
            case AmiAction():
                await self.send(step)
            case DecidePause():
                await self._decide_pause(step)
            case Each(actions):
                await self._send_each(actions)

    async def _send_each(self, actions: Sequence[AmiAction]) -> None:
        """Whoever asked is told of the first refusal, after the last action."""
        first: Refused | None = None
        for action in actions:
            try:
                await self.send(action)
            except Unanswered:
                raise  # Nor would the others be answered; whoever asks again goes on from here.
            except Refused as refused:
                first = first or refused
        if first is not None:
            raise first

    async def _decide_pause(self, step: DecidePause) -> None:
        """An agent who is told that it did not work must not be paused, or made ready, later on.

        Also when Asterisk did not answer: if it did it all the same, the comparison with it will find so.
        """
        agent = self._live.floor.agents[step.agent]
        before = agent.standing
        self._decided(step.agent, step.reasons)
        try:
            await self.pauses.settle(step.agent)
        except Refused:
            self._decided(step.agent, undone(before, step.reasons, agent.standing))
            raise

    def _decided(self, agent: str, reasons: Reasons) -> None:
        decided = PauseDecided(at=self._clock(), source=Source.SERVICE, agent=agent, reasons=reasons)
        self._live.observe(decided)


def _unanswered(action: AmiAction, problem: AmiError) -> str:
    """The sentence for whoever asked; what is known of the trouble may be more than they should know."""
    log.warning("action not answered", action=action.name, problem=str(problem))
    return "Asterisk did not answer."
