"""The one writer of pauses: brings what Asterisk holds of each member to what its agent's reasons want."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from cti.ami.action import AmiAction
from cti.control.commands import Refused
from cti.control.rules import pausing
from cti.domain import events as ev
from cti.domain.agent import Agent
from cti.domain.pauses import AUTOPAUSE_REASONS, PHONE_LOST_REASON, our_reason
from cti.live import LiveFloor

# Asterisk and the dialplan pause a member in all its queues, one after the other.
_WRITTEN_BY_OTHERS = AUTOPAUSE_REASONS | {PHONE_LOST_REASON}

_Coming = Mapping[str, str | None]
"""By queue, the pause that Asterisk will hold there and that is not heard yet; None for the end of one."""


class PauseWriter:
    """Writes where Asterisk, with all that is on its way, will not hold what is wanted.

    Others write as well, and nothing orders their writing and ours. So nothing is right because it was sent:
    whatever is heard is looked at again, until what Asterisk holds is what is wanted.
    """

    def __init__(self, live: LiveFloor, send: Callable[[AmiAction], Awaitable[None]]) -> None:
        self._live = live
        self._send = send
        self._coming: dict[str, dict[str, str | None]] = {}
        # As far as it was heard here: the floor may be some facts ahead.
        self._heard: dict[tuple[str, str], str | None] = {}

    async def settle(self, ext: str) -> None:
        """Write what is missing. Raises Refused; then it still is.

        What is wanted is looked up for each action just before it is sent: of two that settle at once, none
        sends what the other has overtaken.
        """
        while queues := self.wrong(ext):
            agent = self._live.floor.agents[ext]
            everywhere = len(queues) == len(agent.members)
            written = queues if everywhere else queues[:1]
            coming = self._coming.setdefault(ext, {})
            coming.update(dict.fromkeys(written, agent.pause))
            try:
                await self._send(pausing(ext, agent.pause, None if everywhere else written[0]))
            except Refused:
                for queue in written:
                    coming.pop(queue, None)
                raise

    def wrong(self, ext: str) -> Sequence[str]:
        """The queues in which Asterisk will not hold the pause that is wanted; none while it is away."""
        agent = self._live.floor.agents.get(ext)
        if agent is None or not self._live.floor.system.link.up:
            return ()
        coming: _Coming = self._coming.get(ext, {})
        return [queue for queue, held in agent.members.items() if coming.get(queue, held) != agent.pause]

    def awaits(self, ext: str) -> bool:
        """Whether something is on its way of which nothing was heard yet."""
        return bool(self._coming.get(ext))

    def forget(self, ext: str | None = None) -> None:
        """What was on its way to this agent's queues, or to all, is not counted on any more."""
        if ext is None:
            self._coming.clear()
            self._heard.clear()
        else:
            self._coming.pop(ext, None)

    def hear(self, event: ev.Event) -> None:
        """To be called with everything that the floor took in: something may have been told of a member."""
        match event:
            case ev.LinkDown() | ev.LinkUp():
                self.forget()
            case ev.MemberAdded() | ev.MemberRemoved():
                self._heard.pop((event.agent, event.queue), None)
                self._coming.get(event.agent, {}).pop(event.queue, None)
            case ev.MemberPaused():
                self._arrived(event.agent, event.queue, our_reason(event.reason))
                agent = self._live.floor.agents.get(event.agent)
                if agent is not None and event.reason in _WRITTEN_BY_OTHERS:
                    self._goes_on(agent, our_reason(event.reason))
            case ev.MemberUnpaused():
                self._arrived(event.agent, event.queue, None)

    def _arrived(self, ext: str, queue: str, reason: str | None) -> None:
        self._heard[ext, queue] = reason
        coming = self._coming.get(ext, {})
        if queue in coming and coming[queue] == reason:
            del coming[queue]

    def _goes_on(self, agent: Agent, reason: str) -> None:
        """Whoever paused the member in one queue is on the way to those in which it is still free."""
        coming = self._coming.setdefault(agent.ext, {})
        for queue, held in agent.members.items():
            if self._heard.get((agent.ext, queue), held) is None:
                coming.setdefault(queue, reason)
