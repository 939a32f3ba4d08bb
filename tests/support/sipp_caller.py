"""A caller played by SIPp: presses a key in the menu, speaks, and stays until hung up on."""

import asyncio
import math
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template

SCENARIO = Path(__file__).parent / "sipp" / "caller.xml"
_RATE = 8000


@dataclass
class SippCaller:
    """A running SIPp with one call."""

    process: asyncio.subprocess.Process

    @property
    def on_the_line(self) -> bool:
        """Whether the call still lasts."""
        return self.process.returncode is None

    async def hung_up(self, within_s: float = 30) -> int:
        """Waits for the end of the call; SIPp's exit status, 0 when all went as written."""
        async with asyncio.timeout(within_s):
            return await self.process.wait()


@asynccontextmanager
async def calling(
    port: int,
    folder: Path,
    *,
    hotline: str = "4001",
    number: str = "+8613800138000",
    name: str = "caller",
    key: str = "1",
    key_after_ms: int = 6000,
    stay_ms: int = 120_000,
) -> AsyncIterator[SippCaller]:
    """Dials from loopback; the call is gone at the end of the block."""
    voice = folder / "voice.ulaw"
    voice.write_bytes(_tone(seconds=2))
    data = folder / f"caller-{number.strip('+')}.csv"
    data.write_text(f"SEQUENTIAL\n{number};{name};{key}\n")
    scenario = folder / "caller.xml"
    scenario.write_text(
        Template(SCENARIO.read_text()).substitute(voice=voice, key_after_ms=key_after_ms, stay_ms=stay_ms)
    )
    process = await asyncio.create_subprocess_exec(
        "sipp", f"127.0.0.1:{port}", "-sf", str(scenario), "-inf", str(data), "-s", hotline,
        "-i", "127.0.0.1", "-mi", "127.0.0.1", "-m", "1", "-nostdin", "-timeout", "300",
        cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield SippCaller(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _tone(seconds: float, frequency_hz: float = 440.0) -> bytes:
    """A sine in µ-law, the form in which SIPp streams it."""
    samples = (
        int(12000 * math.sin(2 * math.pi * frequency_hz * n / _RATE)) for n in range(int(seconds * _RATE))
    )
    return b"".join(map(_ulaw, samples))


def _ulaw(sample: int) -> bytes:
    """One sample by ITU-T G.711."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 132
    exponent = magnitude.bit_length() - 8
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return struct.pack("B", ~(sign | (exponent << 4) | mantissa) & 0xFF)
