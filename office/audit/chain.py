"""Pure: signatures of entries, the chain of seals over them, and what a look at both finds.

An entry is signed by whoever writes it, so writers do not wait for each other; a seal is made later, one for
each entry, and holds on to the seal before it. Both need the key, which is not in the database: who can write
there can neither make an entry nor a seal that fits.
"""

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry says. `uid` is of this entry alone, so that none can be copied; the oldest have none."""

    uid: str | None
    at: datetime
    user_id: int | None
    account: str
    via: str
    ip: str
    action: str
    object: str
    detail: Mapping[str, Any]
    result: str
    why: str
    asked_id: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stands in the database."""

    id: int
    content: Content
    signature: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal with this number, from 1 on without a gap, over one entry; `hash` covers all before it."""

    no: int
    entry_id: int
    at: datetime
    digest: str
    hash: str


class Fault(StrEnum):
    """What is wrong with one entry or one seal."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    SEAL_CHANGED = "seal_changed"
    SEALS_REMOVED = "seals_removed"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, of the entry or of the seal with this number."""

    fault: Fault
    number: int


def signature(key: bytes, content: Content) -> str:
    """What the writer adds to an entry. It cannot know the number that the entry gets."""
    return _mac(key, "entry", _plain(content))


def is_genuine(key: bytes, entry: Entry) -> bool:
    """Whether the entry was written by somebody who has the key, and not changed since."""
    return entry.content.uid is not None and hmac.compare_digest(
        entry.signature, signature(key, entry.content)
    )


def seal_of(key: bytes, before: Seal | None, entry: Entry, at: datetime) -> Seal:
    """The next seal."""
    no, hash_before = (before.no + 1, before.hash) if before else (1, "")
    digest = _digest(key, entry)
    return Seal(no, entry.id, at, digest, _hash(key, no, entry.id, at, digest, hash_before))


class Checker:
    """Looks at all seals in their order, each with the entry that it is over, then at unsealed entries.

    One change gives one finding: after a seal that does not fit, the next one may hold on to it as it should
    be or as it is.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._last_no = 0
        # What the next seal may hold on to; None after a gap, of which nothing is known.
        self._hashes_before: frozenset[str] | None = frozenset({""})

    def sealed(self, seal: Seal, entry: Entry | None) -> Iterator[Finding]:
        """The faults of the next seal and its entry, None when it is gone."""
        if seal.no != self._last_no + 1:
            yield Finding(Fault.SEALS_REMOVED, self._last_no + 1)
            self._hashes_before = None
        expected = {
            before: _hash(self._key, seal.no, seal.entry_id, seal.at, seal.digest, before)
            for before in self._hashes_before or ()
        }
        if self._hashes_before is not None and seal.hash not in expected.values():
            yield Finding(Fault.SEAL_CHANGED, seal.no)
        elif entry is None:
            yield Finding(Fault.REMOVED, seal.entry_id)
        elif not hmac.compare_digest(seal.digest, _digest(self._key, entry)):
            yield Finding(Fault.CHANGED, entry.id)
        self._last_no = seal.no
        self._hashes_before = frozenset({seal.hash, *expected.values()})

    def unsealed(self, entry: Entry) -> Iterator[Finding]:
        """The fault of an entry that no seal is over; before the first seal, the oldest have no signature."""
        if entry.content.uid is None and self._last_no == 0:
            return
        if not is_genuine(self._key, entry):
            yield Finding(Fault.INSERTED, entry.id)


def _digest(key: bytes, entry: Entry) -> str:
    return _mac(key, "digest", f"{entry.id}\n{entry.signature}\n{_plain(entry.content)}")


def _hash(key: bytes, no: int, entry_id: int, at: datetime, digest: str, before: str) -> str:
    return _mac(key, "seal", f"{no}\n{entry_id}\n{_stamp(at)}\n{digest}\n{before}")


def _plain(content: Content) -> str:
    """One text for one content, whatever database it came from."""
    values = asdict(content) | {"at": _stamp(content.at)}
    return json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _mac(key: bytes, what: str, text: str) -> str:
    return hmac.new(key, f"{what}\n{text}".encode(), "sha256").hexdigest()
