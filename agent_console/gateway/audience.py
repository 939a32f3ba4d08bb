"""Everyone with the same view: what they see is worked out once, and a delta is one text for all of them."""

from collections.abc import Iterator
from itertools import chain
from typing import Protocol

from agent_console.gateway import protocol
from agent_console.gateway.picture import GONE, Picture, Step
from agent_console.gateway.visibility import Viewer, in_question, sees, sight_changed


class Listener(Protocol):
    """A connection that takes frames and never blocks."""

    def offer(self, frame: protocol.Frame) -> None: ...


class Audience:
    """The connections of one viewer, with the calls they hold at the picture's present number."""

    def __init__(self, viewer: Viewer, picture: Picture) -> None:
        self.viewer = viewer
        self._extensions = viewer.extensions
        self._picture = picture
        self.listeners: set[Listener] = set()
        self._visible: set[str] = set(picture.visible_calls(viewer))

    def refresh(self) -> None:
        """After the picture began anew."""
        self._visible = set(self._picture.visible_calls(self.viewer))

    def follow(self, step: Step) -> None:
        """Offer the step, as far as this audience may see it, to every listener."""
        entries: tuple[str, ...] = ()
        if self.viewer.sees_all_calls:
            entries = tuple(turn.entry for turn in step.calls)
        elif step.calls or not self._extensions.isdisjoint(step.agents):
            entries = (*self._touched(step), *self._moved_in_sight(step))
        private = step.private.get(self.viewer.ext or "")
        if private is not None:
            entries = (*entries, private)
        frame = step.frame(entries)
        if frame is not None:
            for listener in self.listeners:
                listener.offer(frame)

    def _touched(self, step: Step) -> Iterator[str]:
        """Calls that changed: shown, or taken away when they left this audience's sight."""
        agents = self._picture.agents_of(self.viewer)
        for turn in step.calls:
            if turn.after is not None and sees(self.viewer, turn.after, agents):
                self._visible.add(turn.id)
                yield turn.entry
            elif turn.id in self._visible:
                self._visible.remove(turn.id)
                yield protocol.change("calls", turn.id, GONE)

    def _moved_in_sight(self, step: Step) -> Iterator[str]:
        """Calls that did not change, but the viewer's right to see them did."""
        turns = [turn for ext, turn in step.agents.items() if ext in self._extensions]
        turns = [turn for turn in turns if sight_changed(turn.before, turn.after)]
        if not turns:
            return
        touched, calls = {turn.id for turn in step.calls}, self._picture.entities["calls"]
        agents = self._picture.agents_of(self.viewer)
        questions = (in_question(turn.before, turn.after, calls) for turn in turns)
        for id_ in dict.fromkeys(chain.from_iterable(questions)):
            call = calls.get(id_)
            if call is None or id_ in touched:
                continue
            now = sees(self.viewer, call.value, agents)
            if now and id_ not in self._visible:
                self._visible.add(id_)
                yield protocol.change("calls", id_, call.json)
            elif not now and id_ in self._visible:
                self._visible.remove(id_)
                yield protocol.change("calls", id_, GONE)
