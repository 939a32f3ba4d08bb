"""The gateway's copy of the floor: every entity with its JSON, and the last changes for who comes back."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, Generic, TypeVar

from agent_console.gateway import protocol, wire
from agent_console.gateway.visibility import Viewer, sees, sight_changed
from cti.domain.delta import FloorDelta, FloorSnapshot
from cti.domain.views import AgentView, CallView
from cti.replica import FloorReplica

V = TypeVar("V")

# Everyone signed in sees these whole.
COMMON = ("agents", "queues", "system")
GONE = "null"


Entry = tuple[str, str, "Known | None"]


class Known:
    """An entity and, made once for all consoles and only when one wants it, its JSON."""

    __slots__ = ("_json", "_write", "value")

    def __init__(self, value: Any, write: wire.Writer) -> None:
        self.value = value
        self._write = write
        self._json: str | None = None

    @property
    def json(self) -> str:
        """The entity as it stands in a snapshot or a delta."""
        if self._json is None:
            self._json = protocol.to_json(self._write(self.value))
        return self._json


def _entries_of(it: FloorDelta | FloorSnapshot) -> Iterator[Entry]:
    """Every entity in it by kind and id, None for one that is over."""
    for kind, id_, value, write in wire.entities(it):
        yield kind, id_, None if write is None else Known(value, write)


@dataclass(frozen=True, slots=True)
class Turn(Generic[V]):
    """One entity before and after a step; `entry` is its place in a delta."""

    id: str
    before: V | None
    after: V | None
    entry: str


@dataclass(slots=True)
class Step:
    """What changed since the last step, and the frames made of it so far; `private` is by extension."""

    seq: int
    at: datetime
    calls: tuple[Turn[CallView], ...]
    agents: Mapping[str, Turn[AgentView]]
    common: tuple[str, ...]
    private: Mapping[str, str]
    _frames: dict[tuple[str, ...], protocol.Frame] = field(default_factory=dict)

    def frame(self, own_entries: tuple[str, ...]) -> protocol.Frame | None:
        """The delta with these entries that not everybody sees; the same frame for the same entries."""
        made = self._frames.get(own_entries)
        if made is None and (own_entries or self.common):
            made = protocol.delta(self.seq, self.at, (*own_entries, *self.common))
            self._frames[own_entries] = made
        return made


@dataclass(frozen=True, slots=True)
class _Undo:
    """What a step replaced, so that the picture of an earlier number can be worked out."""

    seq: int
    replaced: tuple[Entry, ...]


class Picture(FloorReplica):
    """Folds the floor's changes; bounded memory of `history` steps, older ones are forgotten."""

    def __init__(self, *, history: int) -> None:
        super().__init__()
        self.entities: dict[str, dict[str, Known]] = {kind: {} for kind in wire.KINDS}
        self._undo: deque[_Undo] = deque(maxlen=history)
        self._kind_json: dict[str, str] = {}
        self._untold: dict[tuple[str, str], Known | None] = {}
        self._at: datetime | None = None

    def reset(self, snapshot: FloorSnapshot) -> None:
        """Take over the floor's snapshot; what came before can not be resumed any more."""
        super().reset(snapshot)
        self._undo.clear()
        self._kind_json.clear()
        self._untold.clear()
        self.entities = {kind: {} for kind in wire.KINDS}
        for kind, id_, known in _entries_of(snapshot):
            if known is not None:
                self.entities[kind][id_] = known

    def fold(self, delta: FloorDelta) -> None:
        """Take in what one event did. Raises OutOfStep, nothing changed, when it is not the next one."""
        super().fold(delta)
        self._at = delta.at
        gone: Iterator[Entry] = ((kind, id_, None) for kind, id_ in delta.gone)
        entries = chain(gone, _entries_of(delta))
        replaced = tuple((kind, id_, self._replace(kind, id_, known)) for kind, id_, known in entries)
        self._undo.append(_Undo(self.seq, replaced))
        for kind, id_, before in replaced:
            self._untold.setdefault((kind, id_), before)

    def take_step(self) -> Step | None:
        """All that was folded in since the last step, as one; None when nothing was."""
        if not self._untold or self._at is None:
            return None
        calls: list[Turn[CallView]] = []
        agents: dict[str, Turn[AgentView]] = {}
        common: list[str] = []
        private: dict[str, str] = {}
        for (kind, id_), before in self._untold.items():
            known = self.entities[kind].get(id_)
            shown, showed = (it.json if it else GONE for it in (known, before))
            # Not every event shows: what consoles have already is not told again.
            if shown == showed:
                continue
            entry = protocol.change(kind, id_, shown)
            turn = Turn(id_, before.value if before else None, known.value if known else None, entry)
            if kind == "calls":
                calls.append(turn)
            elif kind in COMMON:
                common.append(entry)
            else:
                private[id_] = entry
            if kind == "agents":
                agents[id_] = turn
        self._untold.clear()
        return Step(self.seq, self._at, tuple(calls), agents, tuple(common), private)

    def _replace(self, kind: str, id_: str, known: Known | None) -> Known | None:
        """Put the new value in; returns the old one."""
        self._kind_json.pop(kind, None)
        entities = self.entities[kind]
        before = entities.pop(id_, None)
        if known is not None:
            entities[id_] = known
        return before

    def agents_of(self, viewer: Viewer) -> Sequence[AgentView]:
        """Those of the viewer's extensions that there are."""
        return [agent for ext in viewer.extensions if (agent := self.agents.get(ext)) is not None]

    def visible_calls(self, viewer: Viewer) -> dict[str, Known]:
        """The calls that the viewer may see now."""
        agents = self.agents_of(viewer)
        return {id_: it for id_, it in self.entities["calls"].items() if sees(viewer, it.value, agents)}

    def scoped_epoch(self, viewer: Viewer) -> str:
        """The epoch as this viewer gets it: a picture with another's sight cannot be resumed."""
        return f"{self.epoch}/{viewer.scope}"

    def snapshot(self, viewer: Viewer, now: datetime) -> protocol.Frame:
        """The frame with everything that the viewer may see."""
        calls = self.visible_calls(viewer)
        kinds = {"calls": _object_of(calls)} | {kind: self._json_of(kind) for kind in COMMON}
        own = self.entities["happenings"].get(viewer.ext or "")
        kinds["happenings"] = _object_of({viewer.ext or "": own} if own else {})
        return protocol.snapshot(self.scoped_epoch(viewer), self.seq, now, kinds)

    def _json_of(self, kind: str) -> str:
        made = self._kind_json.get(kind)
        if made is None:
            made = self._kind_json[kind] = _object_of(self.entities[kind])
        return made

    def since(self, viewer: Viewer, epoch: str, seq: int, now: datetime) -> protocol.Frame | None:
        """One delta from what the viewer had at `seq` to now; None when that is not known any more."""
        oldest = self._undo[0].seq - 1 if self._undo else self.seq
        if epoch != self.scoped_epoch(viewer) or not oldest <= seq <= self.seq:
            return None
        before = self._replaced_since(seq)
        entries = (*self._others_since(viewer, before), *self._calls_since(viewer, before))
        return protocol.delta(self.seq, now, entries)

    def _replaced_since(self, seq: int) -> dict[tuple[str, str], Known | None]:
        """Every entity touched after `seq`, with the value it had then."""
        before: dict[tuple[str, str], Known | None] = {}
        for undo in reversed(self._undo):
            if undo.seq <= seq:
                break
            for kind, id_, value in reversed(undo.replaced):
                before[kind, id_] = value
        return before

    def _others_since(self, viewer: Viewer, before: Mapping[tuple[str, str], Known | None]) -> Iterable[str]:
        for (kind, id_), then in before.items():
            known = self.entities[kind].get(id_)
            shown = kind in COMMON or (kind == "happenings" and id_ == viewer.ext)
            if shown and not (then is None and known is None):
                yield protocol.change(kind, id_, known.json if known else GONE)

    def _calls_since(self, viewer: Viewer, before: Mapping[tuple[str, str], Known | None]) -> Iterable[str]:
        calls, agents = self.entities["calls"], self.agents_of(viewer)
        then_and_now = {
            ext: (_value_of(before.get(("agents", ext), now)), _value_of(now))
            for ext in viewer.extensions
            if (now := self.entities["agents"].get(ext)) or ("agents", ext) in before
        }
        agents_then = [agent for agent, _ in then_and_now.values() if agent is not None]
        touched = {id_: _value_of(known) for (kind, id_), known in before.items() if kind == "calls"}
        ids = dict.fromkeys(touched)
        if any(sight_changed(*both) for both in then_and_now.values()):
            ids |= dict.fromkeys(calls)
        for id_ in ids:
            known = calls.get(id_)
            then = touched.get(id_, _value_of(known))
            was = then is not None and sees(viewer, then, agents_then)
            if known is not None and sees(viewer, known.value, agents):
                if id_ in touched or not was:
                    yield protocol.change("calls", id_, known.json)
            elif was:
                yield protocol.change("calls", id_, GONE)


def _object_of(entities: Mapping[str, Known]) -> str:
    return protocol.json_object((id_, it.json) for id_, it in entities.items())


def _value_of(known: Known | None) -> Any:
    return known.value if known else None
