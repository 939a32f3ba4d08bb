"""Who may see which call on the live picture. Pure; agents and queues are seen by everyone signed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Entity = Mapping[str, Any]

WAITING_STATES = frozenset({"queued", "ringing"})


@dataclass(frozen=True, slots=True)
class Viewer:
    """The part of a user that decides what they see. `ext` is None for someone without a phone."""

    ext: str | None
    sees_all_calls: bool

    @property
    def scope(self) -> str:
        """A name for everything this viewer sees; two viewers with one scope see the same."""
        return "all" if self.sees_all_calls else f"agent-{self.ext or ''}"


def sees(viewer: Viewer, call: Entity, own: Entity | None) -> bool:
    """Whether the viewer may see the call; `own` is the viewer's agent entity, None when there is none.

    An agent sees calls that ring at, are with or were last with them, the call of their after-call work, and
    those that wait in a queue they serve; test calls from the first second on, since whoever placed one
    follows it through the menu.
    """
    if viewer.sees_all_calls:
        return True
    if viewer.ext is None:
        return False
    if call["test"] or call["agent"] == viewer.ext:
        return True
    if own is None:
        return False
    if call["id"] in (own["call"], own["wrap_up_call"]):
        return True
    return call["state"] in WAITING_STATES and call["queue"] in own["queues"]


def sight_changed(before: Entity | None, after: Entity | None) -> bool:
    """Whether a change of the viewer's own agent entity can bring other calls into sight or out of it."""
    return _sight(before) != _sight(after)


def in_question(before: Entity | None, after: Entity | None, calls: Iterable[str]) -> Iterable[str]:
    """Which of the calls such a change can be about: those it names, or any when the queues changed.

    The calls of the last minutes are many, and each ring changes somebody's agent entity.
    """
    if before is None or after is None or before["queues"] != after["queues"]:
        return tuple(calls)
    named = (own[key] for own in (before, after) for key in ("call", "wrap_up_call"))
    return dict.fromkeys(id_ for id_ in named if id_ is not None)


def _sight(own: Entity | None) -> tuple[Any, ...] | None:
    return None if own is None else (own["call"], own["wrap_up_call"], own["queues"])
