"""A flood of callers played by SIPp: so many a second, from one number or from as many as there are calls."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from string import Template

SCENARIO = Path(__file__).parent / "sipp" / "flood.xml"


async def flood(
    port: int,
    folder: Path,
    numbers: Sequence[str],
    *,
    calls: int,
    a_second: int,
    address: str = "127.0.0.1",
    stay_ms: int = 30_000,
    hotline: str = "4001",
) -> None:
    """Returns when every call is over."""
    data, scenario = folder / f"flood-{address}.csv", folder / "flood.xml"
    data.write_text("\n".join(["SEQUENTIAL", *(f"{number};" for number in numbers)]) + "\n")
    scenario.write_text(Template(SCENARIO.read_text()).substitute(stay_ms=stay_ms))
    process = await asyncio.create_subprocess_exec(
        "sipp", f"127.0.0.1:{port}", "-sf", str(scenario), "-inf", str(data), "-s", hotline,
        "-i", address, "-mi", address, "-m", str(calls), "-r", str(a_second), "-l", str(calls),
        "-nostdin", "-timeout", "120", "-recv_timeout", "20000",
        cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
