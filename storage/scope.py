"""How far somebody may see or act: everything, what the teams they lead do, or what they do themselves."""

from dataclasses import dataclass
from datetime import datetime


def was_theirs(since: datetime | None, at: datetime, until: datetime | None = None) -> bool:
    """Whether the extension was theirs then."""
    return (since is None or since <= at) and (until is None or at < until)


@dataclass(frozen=True, slots=True)
class Held:
    """An extension, and from when (None: for ever) to before when (None: now) it is or was somebody's."""

    ext: str
    since: datetime | None = None
    until: datetime | None = None

    def had_extension(self, at: datetime) -> bool:
        """Whether it was theirs then: before and after, it may have been somebody else's."""
        return was_theirs(self.since, at, self.until)


@dataclass(frozen=True, slots=True)
class Everything:
    """Whatever there is."""


@dataclass(frozen=True, slots=True)
class Teams:
    """What the members of these teams do, and who leads them: `phones` are all that they have or had,
    `queues` those that one of them serves now."""

    ids: frozenset[int]
    phones: frozenset[Held]
    queues: frozenset[str] = frozenset()

    @property
    def extensions(self) -> frozenset[str]:
        """The phones that they have now."""
        return frozenset(held.ext for held in self.phones if held.until is None)


@dataclass(frozen=True, slots=True)
class Own:
    """What they do themselves; nothing, for whoever has no phone."""

    phone: Held | None


Scope = Everything | Teams | Own
