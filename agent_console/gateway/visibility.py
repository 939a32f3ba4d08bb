"""Who may see which call on the live picture. Pure; agents and queues are seen by everyone signed in."""

from collections.abc import Iterable
from dataclasses import dataclass

from cti.domain.call_state import CallState
from cti.domain.views import AgentView, CallView

WAITING_STATES = frozenset({CallState.QUEUED, CallState.RINGING})


@dataclass(frozen=True, slots=True)
class Viewer:
    """The part of a user that decides what they see. `ext` is None for someone without a phone."""

    ext: str | None
    sees_all_calls: bool

    @property
    def scope(self) -> str:
        """A name for everything this viewer sees; two viewers with one scope see the same."""
        return "all" if self.sees_all_calls else f"agent-{self.ext or ''}"


def sees(viewer: Viewer, call: CallView, own: AgentView | None) -> bool:
    """Whether the viewer may see the call; `own` is the viewer's agent entity, None when there is none.

    An agent sees calls that ring at, are with or were last with them, the call of their after-call work, and
    those that wait in a queue they serve; test calls from the first second on, since whoever placed one
    follows it through the menu.
    """
    if viewer.sees_all_calls:
        return True
    if viewer.ext is None:
        return False
    if call.test or call.agent == viewer.ext:
        return True
    if own is None:
        return False
    if call.id in (own.call_id, own.wrap_up_call):
        return True
    return call.state in WAITING_STATES and call.queue in own.members


def sight_changed(before: AgentView | None, after: AgentView | None) -> bool:
    """Whether a change of the viewer's own agent entity can bring other calls into sight or out of it."""
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
