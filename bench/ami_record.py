"""Records what an AMI account without any filter hears of typical calls: python -m bench.ami_record.

The scenes are those of tests/traces/record.py. One file a scene in bench/traces, every byte of the session.
"""

import asyncio
import tempfile
from pathlib import Path

from tests.support.telephony.ami_tap import AmiTap
from tests.support.telephony.lab import Lab, running_lab
from tests.traces.record import SCENES

HERE = Path(__file__).resolve().parent / "traces"
# What fills the days of a contact centre; rarities such as members coming and going are left out.
TYPICAL = (
    "caller-hangs-up",
    "menu-then-queue",
    "agent-hangs-up",
    "hold-and-resume",
    "no-answer-then-second-agent",
    "transfer-to-queue",
    "abandoned-in-queue",
)
USER, SECRET = "everything", "recording-only"
ACCOUNT = f"\n[{USER}]\nsecret = {SECRET}\nread = all\nwrite = system\n"
# The caller hears the good-bye before the channel ends.
_SETTLE_S = 8.0


async def unfiltered_tap(lab: Lab) -> AmiTap:
    """A second session, of an account that Ringdesk itself does not have."""
    manager = lab.folders.etc / "manager.conf"
    manager.write_text(manager.read_text(encoding="utf-8") + ACCOUNT, encoding="utf-8")
    await lab.asterisk.command("manager reload")
    return await AmiTap.connect(lab.spec.ports.ami, USER, SECRET)


async def record(name: str, root: Path) -> None:
    async with running_lab(root) as lab:
        heard = await unfiltered_tap(lab)
        ami = await lab.tap()
        await ami.wait("FullyBooted")
        await SCENES[name](lab, ami)
        await asyncio.sleep(_SETTLE_S)
        (HERE / f"{name}.txt").write_bytes(bytes(heard.raw))
        await heard.close()
    print(f"{name}: {len(heard.raw)} bytes")


def main() -> None:
    HERE.mkdir(exist_ok=True)
    for name in TYPICAL:
        with tempfile.TemporaryDirectory() as root:
            asyncio.run(record(name, Path(root)))


if __name__ == "__main__":
    main()
