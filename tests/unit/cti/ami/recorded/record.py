"""Records the answers in this folder on a real Asterisk: python tests/unit/cti/ami/recorded/record.py.

One caller talks to 1001, whose phone holds; one waits in the queue `service`; 1002 is paused at lunch, 1003
is a member of `sales` without a phone. One file for each action, with every byte of the answer.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Started as a program: what is imported below is found from here only.
sys.path.insert(0, str(HERE.parents[4]))

from tests.support.telephony.ami_tap import AmiTap  # noqa: E402
from tests.support.telephony.lab import add_member, running_lab  # noqa: E402

BUSY = (
    "CoreSettings",
    "CoreShowChannels",
    "QueueStatus",
    "DeviceStateList",
)


async def main() -> None:
    with tempfile.TemporaryDirectory() as root:
        async with running_lab(Path(root)) as lab:
            tap = await lab.tap()
            await keep(tap, "CoreShowChannels", "CoreShowChannels-empty.txt")
            first = await lab.agent("1001", "service", ami=tap)
            await lab.agent("1002", "service", "sales", ami=tap)
            await add_member(tap, "sales", "1003")
            await tap.action("QueuePause", Interface="PJSIP/1002", Paused="true", Reason="lunch")
            await (await lab.caller(name='李娜 \\"${SHELL(x)}\\" 🦊')).dial("4001")
            ringing = await first.ring()
            await ringing.answer()
            await (await lab.caller("+8613900139000")).dial("4001")
            await tap.wait("QueueCallerJoin", since=len(tap.events), Position="1")
            await ringing.hold()
            await tap.wait("Hold")
            await asyncio.sleep(2.2)
            for name in BUSY:
                await keep(tap, name, f"{name}.txt")


async def keep(tap: AmiTap, action: str, file: str) -> None:
    """Asks, waits for the end of the answer, and writes the messages that belong to it."""
    reply = await tap.action(action)
    mark = f"\r\nActionID: {reply['ActionID']}".encode()
    if reply.get("EventList") == "start":
        await tap.wait(
            lambda event: event.get("EventList") == "Complete" and event.get("ActionID") == reply["ActionID"]
        )
    messages = [raw for raw in bytes(tap.raw).split(b"\r\n\r\n") if mark in raw]
    raw = b"".join(message + b"\r\n\r\n" for message in messages)
    (HERE / file).write_bytes(re.sub(rb"ActionID: [^\r]*", b"ActionID: recorded", raw))


if __name__ == "__main__":
    asyncio.run(main())
