"""AMI bytes of many simultaneous calls, made from recorded ones: same messages, other identities."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cti.ami.framing import event_name

TRACES = Path(__file__).resolve().parent / "traces"
GREETING = b"Asterisk Call Manager/11.0.0\r\n"
FIRST_AGENT = 1001
AGENTS_IN_A_TRACE = 3
EPOCH = 1_800_000_000.0

# What the account `ringdesk` is given (asterisk_conf/templates/manager.conf.j2): its classes of events.
OUR_CLASSES = (b"system", b"call", b"agent", b"user")

_END = b"\r\n\r\n"
_TIMESTAMP = re.compile(rb"\r\nTimestamp: (\d+\.\d+)")
_CLASS = re.compile(rb"\r\nPrivilege: (\w+)")
_IDENTITY = re.compile(
    rb"(?P<time>(?<=\nTimestamp: )\d+\.\d+)"
    rb"|(?P<unique>\b[a-z0-9]+-\d{10}\.)(?P<sequence>\d+)"
    rb"|(?P<channel>(?:PJSIP/[\w]+|Local/[\w@-]+)-)(?P<suffix>[0-9a-f]{8})\b"
    rb"|(?P<bridge>\b[0-9a-f]{8})(?=-[0-9a-f]{4}-[0-9a-f]{4}-)"
    rb"|(?P<agent>\b100[123]\b)"
)


@dataclass(frozen=True, slots=True)
class Scene:
    """One recording: its events and their seconds from its beginning."""

    name: str
    messages: tuple[tuple[float, bytes], ...]


def scenes(dropped: Collection[str] | None = None) -> list[Scene]:
    """All recordings; answers to actions and events without a time are left out.

    They hold everything that Asterisk says. With `dropped` they hold what our account hears: events of its
    classes, without those whose names are given.
    """
    return [read_scene(path, dropped) for path in sorted(TRACES.glob("*.txt"))]


def read_scene(path: Path, dropped: Collection[str] | None = None) -> Scene:
    """One recording; `dropped` as for all of them."""
    timed = [
        (float(found[1]), raw)
        for raw in path.read_bytes().split(_END)
        if raw.startswith(b"Event: ") and (found := _TIMESTAMP.search(raw))
    ]
    begin = timed[0][0]
    return Scene(
        path.stem, tuple((at - begin, raw) for at, raw in timed if dropped is None or _heard(raw, dropped))
    )


def _heard(raw: bytes, dropped: Collection[str]) -> bool:
    privilege = _CLASS.search(raw)
    return privilege is not None and privilege[1] in OUR_CLASSES and event_name(raw).decode() not in dropped


def timeline(
    recorded: list[Scene],
    numbers: range,
    *,
    agents: int,
    every_s: float,
    slower: float = 1.0,
    epoch: float = EPOCH,
) -> list[tuple[float, bytes]]:
    """Messages and their seconds from the first on: a scene begins every `every_s` seconds, all mixed.

    `numbers` makes the identities: two timelines with different ones have no call in common. `slower`
    stretches each scene. Agents are used again when all have had their turn.
    """
    mixed: list[tuple[float, bytes]] = []
    for turn, number in enumerate(numbers):
        scene = recorded[number % len(recorded)]
        for offset_s, raw in scene.messages:
            at = turn * every_s + offset_s * slower
            mixed.append((at, _IDENTITY.sub(_Renaming(number, agents, epoch + at), raw)))
    return sorted(mixed, key=lambda message: message[0])


def traffic(recorded: list[Scene], repetitions: int, *, agents: int = 201, every_s: float = 0.15) -> bytes:
    """The bytes of one connection on which the timeline has passed."""
    messages = timeline(recorded, range(repetitions), agents=agents, every_s=every_s)
    return GREETING + b"".join(raw + _END for _, raw in messages)


class _Renaming:
    """Gives every identity in a message the form that belongs to one repetition of its scene."""

    def __init__(self, number: int, agents: int, at: float) -> None:
        self._number = number
        self._first_agent = FIRST_AGENT + number % (agents // AGENTS_IN_A_TRACE) * AGENTS_IN_A_TRACE
        self._at = at

    def __call__(self, found: re.Match[bytes]) -> bytes:
        number = self._number
        if found["time"]:
            return b"%.6f" % self._at
        if found["unique"]:
            return found["unique"] + b"%d" % (int(found["sequence"]) + number * 1000)
        if found["channel"]:
            return _IDENTITY.sub(self, found["channel"]) + b"%08x" % (
                int(found["suffix"], 16) + number * 0x100
            )
        if found["bridge"]:
            return b"%08x" % (int(found["bridge"], 16) ^ number)
        return b"%d" % (self._first_agent + int(found["agent"]) - FIRST_AGENT)
