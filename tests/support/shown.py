"""The floor as consoles are shown it, for tests that read what a person would see."""

from typing import Any, NamedTuple

from agent_console.gateway import wire
from cti.domain.delta import FloorDelta, FloorSnapshot


class Change(NamedTuple):
    """One entity after an event; no value when it is gone."""

    kind: str
    id: str
    value: dict[str, Any] | None


def changes(delta: FloorDelta) -> list[Change]:
    """What one event changed; of the service itself all parts when one of them did."""
    gone = [Change(kind, id_, None) for kind, id_ in delta.gone]
    return gone + [Change(kind, id_, write and write(it)) for kind, id_, it, write in wire.entities(delta)]


def state(snapshot: FloorSnapshot) -> dict[str, dict[str, Any]]:
    """Everything by kind and id."""
    shown: dict[str, dict[str, Any]] = {kind: {} for kind in wire.KINDS}
    for kind, id_, it, write in wire.entities(snapshot):
        assert write is not None
        shown[kind][id_] = write(it)
    return shown
