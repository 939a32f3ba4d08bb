"""The telephone network played by SIPp: one call rings there, and is turned away or cancelled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from string import Template

from asterisk_conf.spec import TrunkSpec

SCENARIO = Path(__file__).parent / "sipp" / "network.xml"
RINGS_ON = ""
"""Instead of a status: it rings until whoever calls gives up."""

_REFUSES = """
  <send retrans="500">
    <![CDATA[
      SIP/2.0 $status
      [last_Via:]
      [last_From:]
      [last_To:];tag=[pid]SIPpTag[call_number]
      [last_Call-ID:]
      [last_CSeq:]
      Content-Length: 0
    ]]>
  </send>
  <recv request="ACK"/>
"""
_IS_CANCELLED = """
  <recv request="CANCEL"/>
  <send>
    <![CDATA[
      SIP/2.0 200 OK
      [last_Via:]
      [last_From:]
      [last_To:];tag=[pid]SIPpTag[call_number]
      [last_Call-ID:]
      [last_CSeq:]
      Content-Length: 0
    ]]>
  </send>
"""


def carrier(port: int) -> TrunkSpec:
    """The trunk that leads to the network at this port."""
    return TrunkSpec("carrier", "127.0.0.1", port, ("127.0.0.1",))


@asynccontextmanager
async def network(port: int, folder: Path, status: str) -> AsyncIterator[None]:
    """Answers the next call with a status such as `486 Busy Here`, or RINGS_ON; gone after the block."""
    end = Template(_REFUSES).substitute(status=status) if status else _IS_CANCELLED
    scenario = folder / "network.xml"
    scenario.write_text(Template(SCENARIO.read_text()).substitute(end=end))
    process = await asyncio.create_subprocess_exec(
        "sipp", "-sf", str(scenario), "-i", "127.0.0.1", "-p", str(port), "-m", "1", "-nostdin",
        "-timeout", "60", cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
