"""A crowd of callers played by SIPp, who send sound and wait until somebody hangs up on them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from string import Template

SCENARIO = Path(__file__).parent / "sipp" / "waits.xml"
VOICE_BYTES = 16_000


@asynccontextmanager
async def crowd(
    port: int, folder: Path, *, callers: int, a_second: int, hotline: str = "4001"
) -> AsyncIterator[None]:
    """So many of them, each with a number of its own; they vanish at the end of the block."""
    voice, scenario = folder / "voice.ulaw", folder / "waits.xml"
    voice.write_bytes(b"\xff" * VOICE_BYTES)
    scenario.write_text(Template(SCENARIO.read_text()).substitute(voice=voice))
    # In the field they are not on this machine: here they take what nobody else needs.
    process = await asyncio.create_subprocess_exec(
        "nice", "-n", "10", "sipp", f"127.0.0.1:{port}", "-sf", str(scenario), "-s", hotline,
        "-i", "127.0.0.1", "-mi", "127.0.0.1", "-m", str(callers), "-l", str(callers), "-r", str(a_second),
        "-nostdin",
        cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
