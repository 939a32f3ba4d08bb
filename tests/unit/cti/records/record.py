"""Records the traces in `recorded/` on a real Asterisk: python tests/unit/cti/records/record.py [NAME ...].

They are the corners that the shared traces leave out: what else can happen to a ringing phone, a caller who
is moved while waiting, a queue that takes nobody, an Asterisk that is killed. Same files as in tests/traces.
"""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Started as a program: what is imported below is found from here only.
sys.path.insert(0, str(HERE.parents[3]))

from asterisk_conf.spec import HotlineSpec, QueueSpec, WhenEmpty  # noqa: E402
from tests.support.ports import free_ports  # noqa: E402
from tests.support.sipp_network import RINGS_ON, carrier, network  # noqa: E402
from tests.support.telephony.ami_tap import AmiTap  # noqa: E402
from tests.support.telephony.lab import Lab, add_member, running_lab  # noqa: E402

Scene = Callable[[Lab, AmiTap], Awaitable[None]]
SCENES: dict[str, Scene] = {}
QUEUES = (
    QueueSpec("service", strategy="ringall", ring_seconds=5, announce_every_seconds=0, max_wait_seconds=8),
    QueueSpec("sales", ring_seconds=5, announce_every_seconds=0),
    QueueSpec("vip", announce_every_seconds=0, when_empty=WhenEmpty.LEAVE),
    QueueSpec("complaints", announce_every_seconds=0, max_length=1),
)
HOTLINES = (HotlineSpec("4001", "service"), HotlineSpec("4002", "vip"), HotlineSpec("4003", "complaints"))


DIALLED = "out-0123456789abcdef"
# Who dials these is not answered by the demo but by a network.
BY_A_CARRIER = ("dialled-a", "dialled-into")


def scene(play: Scene) -> Scene:
    """Registers a scene under its function's name."""
    SCENES[play.__name__.replace("_", "-")] = play
    return play


@scene
async def all_ring_one_answers(lab: Lab, ami: AmiTap) -> None:
    """Two phones ring at once; 1002 answers, 1001 is not charged."""
    first = await lab.agent("1001", "service", ami=ami)
    second = await lab.agent("1002", "service", ami=ami)
    call = await (await lab.caller()).dial("4001")
    await first.ring()
    ringing = await second.ring()
    await asyncio.sleep(1)
    await ringing.answer()
    await asyncio.sleep(1)
    await call.hang_up()


@scene
async def all_ring_nobody_answers(lab: Lab, ami: AmiTap) -> None:
    """Both phones ring out, then the longest wait passes."""
    await lab.agent("1001", "service", ami=ami)
    await lab.agent("1002", "service", ami=ami)
    call = await (await lab.caller()).dial("4001")
    await call.ended.wait()


@scene
async def declined(lab: Lab, ami: AmiTap) -> None:
    """1001's phone declines with 603 while 1002's rings on; the caller gives up."""
    await _answered_with(lab, ami, "603 Decline")


@scene
async def not_found(lab: Lab, ami: AmiTap) -> None:
    """1001's phone says 404: nobody was reached there."""
    await _answered_with(lab, ami, "404 Not Found")


@scene
async def moved_while_waiting(lab: Lab, ami: AmiTap) -> None:
    """A supervisor moves the waiting caller to `sales`, while 1001's phone rings."""
    first = await lab.agent("1001", "service", ami=ami)
    second = await lab.agent("1002", "sales", ami=ami)
    await (await lab.caller()).dial("4001")
    joined = await ami.wait("QueueCallerJoin")
    await first.ring()
    await asyncio.sleep(1)
    await _redirect(ami, joined["Channel"], "ringdesk-queue", "sales")
    ringing = await second.ring()
    await asyncio.sleep(0.5)
    await ringing.answer()
    await asyncio.sleep(1)
    await ringing.hang_up()


@scene
async def queue_takes_nobody(lab: Lab, ami: AmiTap) -> None:
    """`vip` has no members; the caller is told so and never was in the queue."""
    call = await (await lab.caller()).dial("4002")
    await call.ended.wait()


@scene
async def queue_is_full(lab: Lab, ami: AmiTap) -> None:
    """`complaints` takes one caller; the second one finds it full."""
    first = await (await lab.caller()).dial("4003")
    await ami.wait("QueueCallerJoin")
    second = await (await lab.caller("+8613900139000")).dial("4003")
    await second.ended.wait()
    await first.hang_up()


@scene
async def sent_on_though_waiting(lab: Lab, ami: AmiTap) -> None:
    """The watchdog sends a caller out of the menu who waits in the fallback queue by then; 1001 answers."""
    await (await lab.caller()).dial("4001")
    joined = await ami.wait("QueueCallerJoin")
    await asyncio.sleep(1)
    again = len(ami.events)
    await _redirect(ami, joined["Channel"], "ringdesk-menu-done", "s")
    await ami.wait("QueueCallerJoin", since=again)
    agent = await lab.agent("1001", "service", ami=ami)
    ringing = await agent.ring()
    await ringing.answer()
    await asyncio.sleep(1)
    await ringing.hang_up()


@scene
async def caller_leaves_direct_offer(lab: Lab, ami: AmiTap) -> None:
    """Sent on to 1002, the caller hangs up while that phone rings."""
    first = await lab.agent("1001", "service", ami=ami)
    second = await lab.agent("1002", ami=ami)
    call = await (await lab.caller()).dial("4001")
    joined = await ami.wait("QueueCallerJoin")
    await (await first.ring()).answer()
    await asyncio.sleep(1)
    await _redirect(ami, joined["Channel"], "ringdesk-agent", "1002")
    await second.ring()
    await asyncio.sleep(1)
    await call.hang_up()


@scene
async def dialled_out(lab: Lab, ami: AmiTap) -> None:
    """1001 dials out as the service does it, with a channel id of the service's choice."""
    agent = await lab.agent("1001", ami=ami)
    await _dial_out(ami)
    ringing = await agent.ring()
    await asyncio.sleep(0.5)
    await ringing.answer()
    await ami.wait("BridgeEnter", BridgeNumChannels="2")
    await asyncio.sleep(1)
    await ringing.hang_up()


@scene
async def dialled_out_from_a_silent_phone(lab: Lab, ami: AmiTap) -> None:
    """1001 asks to dial out, but does not take the ring of the own phone."""
    agent = await lab.agent("1001", ami=ami)
    await _dial_out(ami)
    await agent.ring()
    await ami.wait("Hangup")


@scene
async def dialled_a_busy_number(lab: Lab, ami: AmiTap) -> None:
    """The network says 486 Busy Here."""
    await _dial_in_vain(lab, ami, "486 Busy Here")


@scene
async def dialled_and_declined(lab: Lab, ami: AmiTap) -> None:
    """The network says 603 Decline."""
    await _dial_in_vain(lab, ami, "603 Decline")


@scene
async def dialled_an_unknown_number(lab: Lab, ami: AmiTap) -> None:
    """The network says 404 Not Found."""
    await _dial_in_vain(lab, ami, "404 Not Found")


@scene
async def dialled_a_phone_switched_off(lab: Lab, ami: AmiTap) -> None:
    """The network says 480 Temporarily Unavailable."""
    await _dial_in_vain(lab, ami, "480 Temporarily Unavailable")


@scene
async def dialled_into_congestion(lab: Lab, ami: AmiTap) -> None:
    """The network says 503 Service Unavailable."""
    await _dial_in_vain(lab, ami, "503 Service Unavailable")


@scene
async def dialled_and_barred(lab: Lab, ami: AmiTap) -> None:
    """The network says 403 Forbidden, which Asterisk takes for a decline."""
    await _dial_in_vain(lab, ami, "403 Forbidden")


@scene
async def dialled_and_given_up(lab: Lab, ami: AmiTap) -> None:
    """1001 hangs up while it rings at the customer."""
    agent = await lab.agent("1001", ami=ami)
    async with network(lab.spec.trunks[0].port, lab.folders.log, RINGS_ON):
        await _dial_out(ami)
        ringing = await agent.ring()
        await ringing.answer()
        await ami.wait("DialState", DialStatus="RINGING", DestContext="ringdesk-trunk")
        await ringing.hang_up()
        await ami.wait("Hangup", Uniqueid=DIALLED)


@scene
async def own_phone_declines_to_dial(lab: Lab, ami: AmiTap) -> None:
    """1001's own phone declines with 603."""
    agent = await lab.agent("1001", ami=ami)
    await _dial_out(ami)
    (await agent.ring()).refuse("603 Decline")
    await ami.wait("Hangup", Uniqueid=DIALLED)


@scene
async def own_phone_given_up(lab: Lab, ami: AmiTap) -> None:
    """1001 gives up in the console while the own phone rings."""
    agent = await lab.agent("1001", ami=ami)
    await _dial_out(ami)
    await agent.ring()
    await ami.action("Hangup", Channel=DIALLED, Cause="16")
    await ami.wait("Hangup", Uniqueid=DIALLED)


@scene
async def asterisk_killed(lab: Lab, ami: AmiTap) -> None:
    """One caller talks, one waits, one is rung for: Asterisk is killed and started again."""
    first = await lab.agent("1001", "service", ami=ami)
    await (await lab.caller()).dial("4001")
    await (await first.ring()).answer()
    await (await lab.caller("+8613900139000")).dial("4001")
    second = await lab.agent("1002", "service", ami=ami)
    await second.ring()
    await asyncio.sleep(2)
    pid = lab.asterisk.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(2)
    await lab.asterisk.start()


async def _answered_with(lab: Lab, ami: AmiTap, status: str) -> None:
    first = await lab.agent("1001", "sales", ami=ami)
    second = await lab.agent("1002", ami=ami)
    await add_member(ami, "sales", "1002", Penalty="1")
    call = await (await lab.caller()).dial("4001")
    joined = await ami.wait("QueueCallerJoin")
    await _redirect(ami, joined["Channel"], "ringdesk-queue", "sales")
    (await first.ring()).refuse(status)
    await second.ring()
    await asyncio.sleep(1)
    await call.hang_up()


async def _dial_in_vain(lab: Lab, ami: AmiTap, status: str) -> None:
    agent = await lab.agent("1001", ami=ami)
    async with network(lab.spec.trunks[0].port, lab.folders.log, status):
        await _dial_out(ami)
        await (await agent.ring()).answer()
        await ami.wait("Hangup", Uniqueid=DIALLED)


async def _dial_out(ami: AmiTap) -> None:
    call_id = DIALLED
    await ami.action(
        "Originate",
        Channel="PJSIP/1001",
        ChannelId=call_id,
        Context="ringdesk-outbound",
        Exten="13900139000",
        Priority="1",
        CallerID="13900139000",
        Timeout="2000",
        Async="true",
        Variable=f"__RD_CALL={call_id}",
        Account=call_id,
    )


async def _redirect(ami: AmiTap, channel: str, context: str, extension: str) -> None:
    await ami.action("Redirect", Channel=channel, Context=context, Exten=extension, Priority="1")


async def _record(name: str, root: Path) -> None:
    trunks = tuple(map(carrier, free_ports(1))) if name.startswith(BY_A_CARRIER) else ()
    async with running_lab(root, queues=QUEUES, hotlines=HOTLINES, trunks=trunks) as lab:
        ami = await lab.tap()
        await ami.wait("FullyBooted")
        await SCENES[name](lab, ami)
        await asyncio.sleep(0.5)
        place = HERE / "recorded" / name
        place.mkdir(parents=True, exist_ok=True)
        (place / "ami.txt").write_bytes(bytes(ami.raw))
        shutil.copyfile(lab.folders.cel, place / "cel.csv")
        shutil.copyfile(lab.folders.queue_log, place / "queue_log")
    print(f"{name}: done")


def main(names: list[str]) -> None:
    """Records the named traces, or all."""
    for name in names or list(SCENES):
        with tempfile.TemporaryDirectory(prefix="ringdesk-trace-") as root:
            asyncio.run(_record(name, Path(root)))


if __name__ == "__main__":
    main(sys.argv[1:])
