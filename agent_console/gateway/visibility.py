"""Who may see which call on the live picture. Pure; agents and queues are seen by everyone signed in."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cti.domain.call_state import CallState
from cti.domain.views import AgentView, CallView

WAITING_STATES = frozenset({CallState.QUEUED, CallState.RINGING})


@dataclass(frozen=True, slots=True)
class Viewer:
    """The part of a user that decides what they see. `ext` is None for someone without a phone.

    `team` are the extensions of those whose calls they may see besides their own.
    """

    ext: str | None
    sees_all_calls: bool
    team: frozenset[str] = frozenset()

    @property
    def extensions(self) -> frozenset[str]:
        """Whose calls this viewer sees, when not all."""
        return self.team if self.ext is None else self.team | {self.ext}

    @property
    def scope(self) -> str:
        """A name for everything this viewer sees; two viewers with one scope see the same."""
        if self.sees_all_calls:
            return "all"
        if not self.team:
            return f"agent-{self.ext or ''}"
        names = " ".join([self.ext or "-", *sorted(self.team)])
        return f"team-{hashlib.sha256(names.encode()).hexdigest()[:16]}"


def sees(viewer: Viewer, call: CallView, agents: Iterable[AgentView]) -> bool:
    """Whether the viewer may see the call; `agents` are those of the viewer's extensions that there are.

    An agent sees calls that ring at, are with or were last with them, the call of their after-call work, and
    those that wait in a queue they serve; test calls from the first second on, since whoever placed one
    follows it through the menu. Who leads teams sees what each of their members sees.
    """
    if viewer.sees_all_calls:
        return True
    if not viewer.extensions:
        return False
    if call.test or call.agent in viewer.extensions:
        return True
    return any(_concerns(call, agent) for agent in agents)


def _concerns(call: CallView, agent: AgentView) -> bool:
    if call.id in (agent.call_id, agent.wrap_up_call):
        return True
    return call.state in WAITING_STATES and call.queue in agent.members


def sight_changed(before: AgentView | None, after: AgentView | None) -> bool:
    """Whether a change of one of the viewer's agents can bring other calls into sight or out of it."""
    return _sight(before) != _sight(after)


def in_question(before: AgentView | None, after: AgentView | None, calls: Iterable[str]) -> Iterable[str]:
    """Which of the calls such a change can be about: those it names, or any when the queues changed.

    The calls of the last minutes are many, and each ring changes somebody's agent entity.
    """
    if before is None or after is None or before.members.keys() != after.members.keys():
        return tuple(calls)
    named = (id_ for own in (before, after) for id_ in (own.call_id, own.wrap_up_call))
    return dict.fromkeys(id_ for id_ in named if id_ is not None)


def _sight(own: AgentView | None) -> tuple[str | None, str | None, frozenset[str]] | None:
    return None if own is None else (own.call_id, own.wrap_up_call, frozenset(own.members))
