"""The gateway's copy of the floor: every entity with its JSON, and the last changes for who comes back."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from agent_console.gateway import protocol
from agent_console.gateway.visibility import Entity, Viewer, sees, sight_changed

KINDS = ("calls", "agents", "queues", "system", "happenings")
# Everyone signed in sees these whole.
COMMON = ("agents", "queues", "system")
GONE = "null"


class OutOfStep(RuntimeError):
    """A change that does not follow the picture; start again from the floor's snapshot."""


class FloorChange(Protocol):
    """One entity after an event, as the floor publishes it."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def value(self) -> Entity | None: ...


class FloorChanges(Protocol):
    """What one event did to the floor: the part of `cti.domain.floor.Applied` that consoles need."""

    @property
    def seq(self) -> int: ...
    @property
    def epoch(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def changes(self) -> tuple[FloorChange, ...]: ...


class Known:
    """An entity and, made once for all consoles and only when one wants it, its JSON."""

    __slots__ = ("_json", "value")

    def __init__(self, value: Entity) -> None:
        self.value = value
        self._json: str | None = None

    @property
    def json(self) -> str:
        """The entity as it stands in a snapshot or a delta."""
        if self._json is None:
            self._json = protocol.to_json(self.value)
        return self._json


@dataclass(frozen=True, slots=True)
class Turn:
    """One entity before and after a step; `entry` is its place in a delta."""

    id: str
    before: Entity | None
    after: Entity | None
    entry: str


@dataclass(slots=True)
class Step:
    """What changed since the last step, and the frames made of it so far; `private` is by extension."""

    seq: int
    at: datetime
    calls: tuple[Turn, ...]
    agents: Mapping[str, Turn]
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
    replaced: tuple[tuple[str, str, Entity | None], ...]


class Picture:
    """Folds the floor's changes; bounded memory of `history` steps, older ones are forgotten."""

    def __init__(self, *, history: int) -> None:
        self.epoch = ""
        self.seq = 0
        self.entities: dict[str, dict[str, Known]] = {kind: {} for kind in KINDS}
        self._undo: deque[_Undo] = deque(maxlen=history)
        self._kind_json: dict[str, str] = {}
        self._untold: dict[tuple[str, str], Entity | None] = {}
        self._at: datetime | None = None

    def reset(self, epoch: str, seq: int, state: Mapping[str, Mapping[str, Any]]) -> None:
        """Take over the floor's snapshot; what came before can not be resumed any more."""
        self.epoch, self.seq = epoch, seq
        self._undo.clear()
        self._kind_json.clear()
        self._untold.clear()
        self.entities = {
            kind: {id_: Known(value) for id_, value in state.get(kind, {}).items()} for kind in KINDS
        }

    def fold(self, changes: FloorChanges) -> None:
        """Take in what one event did. Raises OutOfStep, nothing changed, when it is not the next one."""
        if changes.epoch != self.epoch or changes.seq != self.seq + 1:
            raise OutOfStep(f"{changes.epoch}/{changes.seq} does not follow {self.epoch}/{self.seq}")
        self.seq, self._at = changes.seq, changes.at
        replaced = tuple((it.kind, it.id, self._replace(it)) for it in changes.changes)
        self._undo.append(_Undo(self.seq, replaced))
        for kind, id_, before in replaced:
            self._untold.setdefault((kind, id_), before)

    def take_step(self) -> Step | None:
        """All that was folded in since the last step, as one; None when nothing was."""
        if not self._untold or self._at is None:
            return None
        calls: list[Turn] = []
        agents: dict[str, Turn] = {}
        common: list[str] = []
        private: dict[str, str] = {}
        for (kind, id_), before in self._untold.items():
            known = self.entities[kind].get(id_)
            # Not every event shows: what consoles have already is not told again.
            if before == (known.value if known else None):
                continue
            entry = protocol.change(kind, id_, known.json if known else GONE)
            turn = Turn(id_, before, known.value if known else None, entry)
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

    def _replace(self, it: FloorChange) -> Entity | None:
        """Put the new value in; returns the old one."""
        self._kind_json.pop(it.kind, None)
        known = self.entities[it.kind]
        before = known.pop(it.id, None)
        if it.value is not None:
            known[it.id] = Known(it.value)
        return before.value if before else None

    def own(self, viewer: Viewer) -> Entity | None:
        """The viewer's agent entity."""
        known = self.entities["agents"].get(viewer.ext or "")
        return known.value if known else None

    def visible_calls(self, viewer: Viewer) -> dict[str, Known]:
        """The calls that the viewer may see now."""
        own = self.own(viewer)
        return {id_: it for id_, it in self.entities["calls"].items() if sees(viewer, it.value, own)}

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

    def _replaced_since(self, seq: int) -> dict[tuple[str, str], Entity | None]:
        """Every entity touched after `seq`, with the value it had then."""
        before: dict[tuple[str, str], Entity | None] = {}
        for undo in reversed(self._undo):
            if undo.seq <= seq:
                break
            for kind, id_, value in reversed(undo.replaced):
                before[kind, id_] = value
        return before

    def _others_since(self, viewer: Viewer, before: Mapping[tuple[str, str], Entity | None]) -> Iterable[str]:
        for (kind, id_), then in before.items():
            known = self.entities[kind].get(id_)
            shown = kind in COMMON or (kind == "happenings" and id_ == viewer.ext)
            if shown and not (then is None and known is None):
                yield protocol.change(kind, id_, known.json if known else GONE)

    def _calls_since(self, viewer: Viewer, before: Mapping[tuple[str, str], Entity | None]) -> Iterable[str]:
        calls, own = self.entities["calls"], self.own(viewer)
        own_then = before.get(("agents", viewer.ext or ""), own)
        touched = {id_: value for (kind, id_), value in before.items() if kind == "calls"}
        ids = dict.fromkeys(touched)
        if sight_changed(own_then, own):
            ids |= dict.fromkeys(calls)
        for id_ in ids:
            known = calls.get(id_)
            then = touched.get(id_, known.value if known else None)
            was = then is not None and sees(viewer, then, own_then)
            if known is not None and sees(viewer, known.value, own):
                if id_ in touched or not was:
                    yield protocol.change("calls", id_, known.json)
            elif was:
                yield protocol.change("calls", id_, GONE)


def _object_of(entities: Mapping[str, Known]) -> str:
    return protocol.json_object((id_, it.json) for id_, it in entities.items())
