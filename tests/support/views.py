"""Calls, agents and queues as they cross the bus, for tests that need some without a floor."""

from collections.abc import Collection
from datetime import UTC, datetime

from cti.domain.agent import Agent, AgentInfo
from cti.domain.call import Call
from cti.domain.call_parts import Stint
from cti.domain.call_state import CallState
from cti.domain.events import CallStarted
from cti.domain.queue import Queue, QueueInfo
from cti.domain.standing import Columns
from cti.domain.views import AgentView, CallView, QueueView, view_agent, view_call, view_queue

THEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def call_view(
    id_: str,
    state: str,
    *,
    queue: str | None = "service",
    agent: str | None = None,
    name: str = "",
    test: bool = False,
) -> CallView:
    """A call in this state, whatever its parts say; `agent` has it."""
    started = CallStarted(at=THEN, call_id=id_, number="1", name=name, agent=agent, test=test)
    call = Call.started(started)
    call.state = CallState(state)
    call.stints = [] if queue is None else [Stint(1, queue, THEN)]
    return view_call(call)


def agent_view(
    ext: str,
    *,
    call: str | None = None,
    wrap_up_call: str | None = None,
    queues: Collection[str] = ("service",),
) -> AgentView:
    """An agent in this call, or at work on one, who serves these queues."""
    agent = Agent(AgentInfo(ext, int(ext), f"u{ext}", f"Agent {ext}"), THEN)
    agent.call_id, agent.wrap_up_call, agent.members = call, wrap_up_call, dict.fromkeys(queues)
    return view_agent(agent)


def queue_view(name: str, waiting: int = 0) -> QueueView:
    """A queue in which so many wait."""
    queue = Queue(QueueInfo(name, name, name), THEN.date(), THEN)
    for number in range(waiting):
        queue.entered(f"c{number}", THEN)
    return view_queue(queue, Columns(), THEN)
