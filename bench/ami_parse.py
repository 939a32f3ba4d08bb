"""AMI bytes to the floor against panoramisk's own parsing of the same bytes: python -m bench.ami_parse."""

import argparse
import asyncio
import logging
import statistics
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from unittest.mock import Mock
from zoneinfo import ZoneInfo

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from asterisk_conf.render import DROPPED_EVENTS
from bench.ami_traffic import EPOCH, FIRST_AGENT, Scene, scenes, traffic
from bench.common import ratio, table, time_in_turns
from cti.ami.framing import Framer, parse
from cti.ami.normaliser import WANTED, means_nothing, normalise
from cti.domain.agent import AgentInfo
from cti.domain.floor import Directory, Floor
from cti.domain.queue import QueueInfo

READ_BYTES = 16_384
AGENTS = 201
QUEUES = ("service", "sales", "complaints")


def reads(stream: bytes) -> Iterator[bytes]:
    """The stream in pieces as a busy socket delivers it, cut anywhere."""
    return (stream[at : at + READ_BYTES] for at in range(0, len(stream), READ_BYTES))


def panoramisk(stream: bytes) -> None:
    """What panoramisk does with every message, without a single callback of a user."""
    manager = Manager()
    protocol = AMIProtocol()
    protocol.connection_made(Mock(spec=asyncio.Transport))
    protocol.factory, protocol.encoding = manager, "utf8"
    for data in reads(stream):
        protocol.data_received(data)


def framing(stream: bytes) -> None:
    """Cutting and the look at the name."""
    framer = Framer(WANTED)
    for data in reads(stream):
        framer.feed(data, replies_expected=False)


def parsing(stream: bytes) -> None:
    """And the fields of those wanted that can mean something."""
    framer = Framer(WANTED)
    for data in reads(stream):
        for raw in framer.feed(data, replies_expected=False):
            if not means_nothing(raw):
                parse(raw)


def normalising(stream: bytes) -> None:
    """And what they mean."""
    framer = Framer(WANTED)
    for data in reads(stream):
        for raw in framer.feed(data, replies_expected=False):
            if not means_nothing(raw):
                normalise(parse(raw))


def folding(stream: bytes) -> None:
    """And the floor, with every change as it crosses the bus."""
    framer, floor = Framer(WANTED), empty_floor()
    for data in reads(stream):
        for raw in framer.feed(data, replies_expected=False):
            if not means_nothing(raw):
                for event in normalise(parse(raw)):
                    floor.apply(event)


def empty_floor() -> Floor:
    """A contact centre of 201 agents and three queues before its first call."""
    extensions = [str(FIRST_AGENT + n) for n in range(AGENTS)]
    directory = Directory(
        agents={ext: AgentInfo(ext, n, ext, f"Agent {ext}") for n, ext in enumerate(extensions)},
        queues={name: QueueInfo(name, name, name) for name in QUEUES},
        timezone=ZoneInfo("Asia/Shanghai"),
    )
    return Floor(directory, epoch="bench", now=datetime.fromtimestamp(EPOCH, UTC))


STAGES: dict[str, Callable[[bytes], None]] = {
    "panoramisk, parsing only": panoramisk,
    "framing, names": framing,
    "+ parsing": parsing,
    "+ normalising": normalising,
    "+ floor": folding,
}


def measure(what: str, recorded: list[Scene], calls: int, rounds: int) -> str:
    """The table of one mix of events."""
    stream = traffic(recorded, calls, agents=AGENTS)
    messages = stream.count(b"\r\n\r\n")
    kept = len(Framer(WANTED).feed(stream, replies_expected=False))
    programs = {name: partial(stage, stream) for name, stage in STAGES.items()}
    seconds = time_in_turns(programs, rounds=rounds)
    base = next(iter(seconds.values()))
    rows = [
        (name, f"{statistics.median(times) / messages * 1e6:.2f}", f"{ratio(base, times):.1f}x")
        for name, times in seconds.items()
    ]
    title = f"AMI bytes to the floor, {what}: {messages} messages, {kept} of them wanted"
    return table(title, ("stage", "µs a message", "times panoramisk"), rows)


def main() -> None:
    """Both mixes: what Asterisk says to an account without filters, and what it says to ours."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--calls", type=int, default=300, help="recorded scenes to play")
    arguments.add_argument("--rounds", type=int, default=7)
    chosen = arguments.parse_args()
    logging.disable(logging.CRITICAL)
    for what, recorded in (("everything", scenes()), ("our account", scenes(DROPPED_EVENTS))):
        print(measure(what, recorded, chosen.calls, chosen.rounds), end="\n\n")


if __name__ == "__main__":
    main()
