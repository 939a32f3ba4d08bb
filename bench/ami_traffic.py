"""AMI bytes of many simultaneous calls, made from recorded ones: same messages, other identities."""

import re
from collections.abc import Collection, Iterator
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
    return [_scene(path, dropped) for path in sorted(TRACES.glob("*.txt"))]


def _scene(path: Path, dropped: Collection[str] | None) -> Scene:
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


def traffic(recorded: list[Scene], repetitions: int, *, agents: int = 201, every_s: float = 0.15) -> bytes:
    """One connection on which a scene begins every `every_s` seconds, all mixed by their times."""
    mixed: list[tuple[float, bytes]] = []
    for number in range(repetitions):
        mixed += _played(recorded[number % len(recorded)], number, number * every_s, agents)
    mixed.sort(key=lambda message: message[0])
    return GREETING + b"".join(raw + _END for _, raw in mixed)


def _played(scene: Scene, number: int, begin_s: float, agents: int) -> Iterator[tuple[float, bytes]]:
    """A scene with identities of its own; agents are used again when all have had their turn."""
    first_agent = FIRST_AGENT + number % (agents // AGENTS_IN_A_TRACE) * AGENTS_IN_A_TRACE
    for offset, raw in scene.messages:
        at = EPOCH + begin_s + offset

        def rename(found: re.Match[bytes], at: float = at) -> bytes:
            if found["time"]:
                return b"%.6f" % at
            if found["unique"]:
                return found["unique"] + b"%d" % (int(found["sequence"]) + number * 1000)
            if found["channel"]:
                channel = _IDENTITY.sub(rename, found["channel"])
                return channel + b"%08x" % (int(found["suffix"], 16) + number * 0x100)
            if found["bridge"]:
                return b"%08x" % (int(found["bridge"], 16) ^ number)
            return b"%d" % (first_agent + int(found["agent"]) - FIRST_AGENT)

        yield at, _IDENTITY.sub(rename, raw)
