"""How far Asterisk's records were read, kept so that a service that was killed goes on where it has to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from cti.reconciler.tail import Place

NAME = "records"


class BookmarkStore(Protocol):
    """Keeps JSON values by name."""

    async def get(self, name: str) -> Any: ...

    async def put(self, name: str, value: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Bookmark:
    """The places of the oldest record that is still needed, and until when Asterisk was heard live."""

    cel: Place
    queue_log: Place
    heard_until: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """The inverse of `from_json`."""
        return {
            "cel": _place_to_json(self.cel),
            "queue_log": _place_to_json(self.queue_log),
            "heard_until": self.heard_until.isoformat() if self.heard_until else None,
        }

    @classmethod
    def from_json(cls, value: Any) -> "Bookmark | None":
        """None for anything that `to_json` did not write: reading begins anew then."""
        try:
            heard = value["heard_until"]
            return cls(
                _place_from_json(value["cel"]),
                _place_from_json(value["queue_log"]),
                datetime.fromisoformat(heard).astimezone(UTC) if heard else None,
            )
        except (TypeError, KeyError, ValueError):
            return None


def _place_to_json(place: Place) -> dict[str, Any]:
    return {"head": place.head.hex(), "offset": place.offset}


def _place_from_json(value: Mapping[str, Any]) -> Place:
    offset = int(value["offset"])
    if offset < 0:
        raise ValueError("a place before the file's beginning")
    return Place(bytes.fromhex(value["head"]), offset)
