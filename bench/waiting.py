"""What callers who wait cost Asterisk: python -m bench.waiting [--callers 80 300].

SIPp callers send sound and wait in a queue without agents, on a private Asterisk alone, without the service.
Each number is tried with a queue that is not recorded, with one that is, and with one whose recording is
started before the queue, as it was in earlier versions. Processor time is read once all of them wait.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.private_asterisk import PrivateAsterisk
from asterisk_conf.spec import HotlineSpec, PortSpec, QueueSpec, TelephonySpec
from bench.common import table
from tests.support.ports import free_ports
from tests.support.processor import cpu_seconds
from tests.support.sipp_crowd import crowd
from tests.support.telephony.lab import SECRETS, copies_folder

RTP_FIRST, RTP_LAST = 30_000, 34_999
ALL_THERE_WITHIN_S = 120.0
QUEUE_LINE = " same => n,Queue("
ARMED_BEFORE = (
    " same => n,MixMonitor(,br({folder}/${{RD_CALL}}-r.wav)t({folder}/${{RD_CALL}}-t.wav))\n" + QUEUE_LINE
)
WAYS = ("not recorded", "recorded, begun at the answer", "recorded, begun before the queue")


async def measure(callers: int, way: str, seconds: float, root: Path) -> float:
    """Asterisk's processor time as a part of one core while so many wait."""
    (sip,) = free_ports(1)
    async with _asterisk(way, sip, root) as asterisk, crowd(sip, root, callers=callers, a_second=40):
        await _until_waiting(asterisk, callers)
        pid = asterisk.pid()
        assert pid is not None
        began, before = time.monotonic(), cpu_seconds(pid)
        await asyncio.sleep(seconds)
        used = (cpu_seconds(pid) - before) / (time.monotonic() - began)
        await _until_waiting(asterisk, callers)
        return used


@asynccontextmanager
async def _asterisk(way: str, sip: int, root: Path) -> AsyncIterator[PrivateAsterisk]:
    http, ami, agi = free_ports(3)
    spec = TelephonySpec(
        SECRETS,
        hotlines=(HotlineSpec("4001", "service"),),
        queues=(QueueSpec("service", max_wait_seconds=3600, recording=way != WAYS[0]),),
        ports=PortSpec(sip=sip, http=http, ami=ami, agi=agi, rtp_first=RTP_FIRST, rtp_last=RTP_LAST),
        demo=True,
    )
    folders = AsteriskFolders(root / "asterisk", root / "recordings", root / "prompts")
    asterisk = PrivateAsterisk(spec, folders, copies_folder())
    await asterisk.install(lambda line: None)
    await asterisk.start()
    try:
        if way == WAYS[2]:
            dialplan = folders.etc / "extensions.conf"
            armed = ARMED_BEFORE.format(folder=folders.incoming_recordings)
            dialplan.write_text(dialplan.read_text().replace(QUEUE_LINE, armed))
            await asterisk.command("dialplan reload")
        yield asterisk
    finally:
        await asterisk.stop()


async def _until_waiting(asterisk: PrivateAsterisk, callers: int) -> None:
    waiting = -1
    try:
        async with asyncio.timeout(ALL_THERE_WITHIN_S):
            while waiting != callers:
                shown = await asterisk.command("queue show service")
                waiting = sum("(wait:" in line for line in shown.splitlines())
                await asyncio.sleep(0.5)
    except TimeoutError:
        raise SystemExit(f"This machine does not carry {callers} callers: {waiting} waited.") from None


def main() -> None:
    """Measures and prints a table for docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--callers", type=int, nargs="+", default=[80, 300], help="how many wait")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long to measure each")
    given = parser.parse_args()
    rows = []
    for way in WAYS:
        used = []
        for callers in given.callers:
            with tempfile.TemporaryDirectory() as folder:
                used.append(asyncio.run(measure(callers, way, given.seconds, Path(folder))))
        rows.append([way, *(f"{part:.0%}" for part in used)])
    columns = ["queue", *(f"{callers} callers" for callers in given.callers)]
    print(table("Asterisk's part of one core while callers wait", columns, rows))


if __name__ == "__main__":
    main()
