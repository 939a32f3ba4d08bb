"""Records the traces in this folder on a real Asterisk: python tests/traces/record.py [NAME ...].

Each trace is one folder: ami.txt (every byte of one AMI session), cel.csv, queue_log and cdr.csv of the same
minutes. Phones are SIP phones of our own on loopback; agents' numbers are 1001 to 1003.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Started as a program: what is imported below is found from here only.
sys.path.insert(0, str(HERE.parent.parent))

from asterisk_conf.folders import AsteriskFolders  # noqa: E402
from tests.support.telephony.ami_tap import AmiTap  # noqa: E402
from tests.support.telephony.lab import Lab, add_member, running_lab  # noqa: E402
from tests.support.telephony.menu_server import MenuServer  # noqa: E402

Scene = Callable[[Lab, AmiTap], Awaitable[None]]
SCENES: dict[str, Scene] = {}
_TALK_S = 3.0
_SETTLE_S = 0.5


def scene(play: Scene) -> Scene:
    """Registers a scene under its function's name."""
    SCENES[play.__name__.replace("_", "-")] = play
    return play


@scene
async def caller_hangs_up(lab: Lab, ami: AmiTap) -> None:
    """The menu is away, the caller reaches the fallback queue, talks 3 s and hangs up."""
    agent = await lab.agent("1001", "service", ami=ami)
    call = await (await lab.caller()).dial("4001")
    ringing = await agent.ring()
    await asyncio.sleep(0.7)
    await ringing.answer()
    await asyncio.sleep(_TALK_S)
    await call.hang_up()


@scene
async def menu_then_queue(lab: Lab, ami: AmiTap) -> None:
    """The menu runs three steps and sends the caller to `sales` with priority 5; the agent hangs up."""
    commands = (
        'EXEC UserEvent "RingdeskStep,RD_CALL: {call},Step: welcome,Kind: say,Exit: next,Keys: ,Lang: zh"',
        'EXEC CELGenUserEvent RD_STEP,"welcome|say|next||zh"',
        "EXEC Wait 1",
        'EXEC UserEvent "RingdeskStep,RD_CALL: {call},Step: main,Kind: menu,Exit: sales,Keys: 2,Lang: zh"',
        'EXEC CELGenUserEvent RD_STEP,"main|menu|sales|2|zh"',
        'EXEC UserEvent "RingdeskStep,RD_CALL: {call},Step: leave,Kind: queue,Exit: queued,Keys: ,Lang: zh"',
        'EXEC CELGenUserEvent RD_STEP,"leave|queue|queued||zh"',
        "SET VARIABLE RD_PRIORITY 5",
        "SET VARIABLE RD_QUEUE sales",
        "SET VARIABLE RD_RESULT queue",
    )
    menu = await MenuServer(commands).start(lab.spec.ports.agi)
    agent = await lab.agent("1002", "sales", ami=ami)
    await (await lab.caller()).dial("4001")
    ringing = await agent.ring()
    await ringing.answer()
    await asyncio.sleep(1.5)
    await ringing.hang_up()
    await menu.stop()


@scene
async def agent_hangs_up(lab: Lab, ami: AmiTap) -> None:
    """The agent ends the call."""
    agent = await lab.agent("1001", "service", ami=ami)
    await (await lab.caller()).dial("4001")
    ringing = await agent.ring()
    await ringing.answer()
    await asyncio.sleep(_TALK_S)
    await ringing.hang_up()


@scene
async def abandoned_in_queue(lab: Lab, ami: AmiTap) -> None:
    """Nobody is signed in; the caller gives up after 3 s."""
    call = await (await lab.caller()).dial("4001")
    await ami.wait("QueueCallerJoin")
    await asyncio.sleep(3)
    await call.hang_up()


@scene
async def abandoned_while_ringing(lab: Lab, ami: AmiTap) -> None:
    """The caller hangs up while the agent's phone rings: not charged to the agent."""
    agent = await lab.agent("1001", "service", ami=ami)
    call = await (await lab.caller()).dial("4001")
    await agent.ring()
    await asyncio.sleep(1.5)
    await call.hang_up()


@scene
async def no_answer_then_second_agent(lab: Lab, ami: AmiTap) -> None:
    """1001 lets it ring and is paused in both queues, 1002 answers."""
    first = await lab.agent("1001", "service", "sales", ami=ami)
    second = await lab.agent("1002", ami=ami)
    await add_member(ami, "service", "1002", Penalty="1")
    call = await (await lab.caller()).dial("4001")
    await first.ring()
    ringing = await second.ring()
    await ringing.answer()
    await asyncio.sleep(1.5)
    await call.hang_up()


@scene
async def busy_then_second_agent(lab: Lab, ami: AmiTap) -> None:
    """1001's phone refuses with 486, 1002 answers."""
    first = await lab.agent("1001", "service", ami=ami)
    second = await lab.agent("1002", ami=ami)
    await add_member(ami, "service", "1002", Penalty="1")
    call = await (await lab.caller()).dial("4001")
    (await first.ring()).refuse()
    await ami.action("QueuePause", Interface="PJSIP/1001", Paused="true", Reason="break")
    ringing = await second.ring()
    await ringing.answer()
    await asyncio.sleep(1)
    await call.hang_up()


@scene
async def hold_and_resume(lab: Lab, ami: AmiTap) -> None:
    """The agent holds the caller twice."""
    agent = await lab.agent("1001", "service", ami=ami)
    call = await (await lab.caller()).dial("4001")
    ringing = await agent.ring()
    await ringing.answer()
    for pause in (1.5, 1.0):
        await asyncio.sleep(1)
        await ringing.hold()
        await asyncio.sleep(pause)
        await ringing.resume()
    await asyncio.sleep(1)
    await call.hang_up()


@scene
async def transfer_to_queue(lab: Lab, ami: AmiTap) -> None:
    """1001 sends the caller on to `sales`, where 1002 answers."""
    first = await lab.agent("1001", "service", ami=ami)
    second = await lab.agent("1002", "sales", ami=ami)
    call = await (await lab.caller()).dial("4001")
    await (await first.ring()).answer()
    await asyncio.sleep(2)
    await _redirect(ami, "ringdesk-queue", "sales")
    await (await second.ring()).answer()
    await asyncio.sleep(2)
    await call.hang_up()


@scene
async def transfer_to_agent(lab: Lab, ami: AmiTap) -> None:
    """1001 sends the caller on to 1003, who answers and hangs up."""
    first = await lab.agent("1001", "service", ami=ami)
    third = await lab.agent("1003", "complaints", ami=ami)
    await (await lab.caller()).dial("4001")
    await (await first.ring()).answer()
    await asyncio.sleep(2)
    await _redirect(ami, "ringdesk-agent", "1003")
    ringing = await third.ring()
    await asyncio.sleep(1)
    await ringing.answer()
    await asyncio.sleep(2)
    await ringing.hang_up()


@scene
async def transfer_to_agent_refused(lab: Lab, ami: AmiTap) -> None:
    """1003 refuses; the caller is at the front of `service` again and 1001 answers a second time."""
    first = await lab.agent("1001", "service", ami=ami)
    third = await lab.agent("1003", ami=ami)
    call = await (await lab.caller()).dial("4001")
    await (await first.ring()).answer()
    await asyncio.sleep(1)
    await _redirect(ami, "ringdesk-agent", "1003")
    (await third.ring()).refuse()
    await (await first.ring()).answer()
    await asyncio.sleep(1)
    await call.hang_up()


@scene
async def queue_timeout(lab: Lab, ami: AmiTap) -> None:
    """The longest wait of `complaints` (3 s here) passes; the caller hears an apology and is hung up."""
    call = await (await lab.caller()).dial("4001")
    await ami.wait("QueueCallerJoin")
    await _redirect(ami, "ringdesk-queue", "complaints")
    await call.ended.wait()


@scene
async def phone_lost(lab: Lab, ami: AmiTap) -> None:
    """1001's phone vanishes in mid-call; the caller is at the front again, 1002 answers."""
    first = await lab.agent("1001", "service", ami=ami)
    lost = await (await lab.caller()).dial("4001")
    await (await first.ring()).answer()
    waiting = await (await lab.caller("+8613900139000")).dial("4001")
    await asyncio.sleep(1.5)
    gone = len(ami.events)
    first.close()
    await ami.wait("Hangup", Cause="44")
    channel = ami.named("QueueCallerJoin")[0]["Channel"]
    await ami.wait("QueueCallerJoin", since=gone, Channel=channel)
    second = await lab.agent("1002", "service", ami=ami)
    ringing = await second.ring()
    await ringing.answer()
    await asyncio.sleep(1.5)
    await lost.hang_up()
    await waiting.hang_up()


@scene
async def click_to_dial(lab: Lab, ami: AmiTap) -> None:
    """1001 is rung first, then the customer through the trunk; the agent hangs up."""
    agent = await lab.agent("1001", ami=ami)
    await ami.action(
        "Originate",
        Channel="PJSIP/1001",
        ChannelId="ringdesk-out-1",
        Context="ringdesk-outbound",
        Exten="13900139000",
        Priority="1",
        CallerID="13900139000",
        Async="true",
        Variable="__RD_CALL=ringdesk-out-1",
    )
    ringing = await agent.ring()
    await ringing.answer()
    await ami.wait("BridgeEnter", BridgeNumChannels="2")
    await asyncio.sleep(2)
    await ringing.hang_up()


@scene
async def hostile_callers(lab: Lab, ami: AmiTap) -> None:
    """Names and numbers that try to be something else; all give up in the queue."""
    for number, name in (
        ("13800138000", "${SHELL(touch owned)}"),
        ("%24%7BSHELL(touch%20owned)%7D", "<script>alert(1)</script>"),
        ("anonymous", 'a \\"quoted\\" back\\\\slash'),
        ("+8613800138000", "李娜 😀"),
        ("", "x" * 200),
    ):
        joined = len(ami.events)
        call = await (await lab.caller(number, name)).dial("4001")
        await ami.wait("QueueCallerJoin", since=joined)
        await call.hang_up()
        await ami.wait("QueueCallerAbandon", since=joined)


@scene
async def members(lab: Lab, ami: AmiTap) -> None:
    """Members come, are paused and unpaused with reasons, change the penalty and go."""
    phone = await lab.agent("1001", "service", "sales", ami=ami)
    await add_member(ami, "service", "1002", Penalty="3", Paused="true", Reason="break")
    for reason in ("break", "lunch"):
        await ami.action("QueuePause", Interface="PJSIP/1001", Paused="true", Reason=reason)
    await ami.action("QueuePause", Interface="PJSIP/1001", Queue="sales", Paused="false")
    await ami.action("QueuePause", Interface="PJSIP/1001", Paused="false")
    await ami.action("QueuePenalty", Interface="PJSIP/1002", Queue="service", Penalty="1")
    await phone.register(expires_s=0)
    await phone.register()
    for queue, extension in (("service", "1001"), ("sales", "1001"), ("service", "1002")):
        await ami.action("QueueRemove", Queue=queue, Interface=f"PJSIP/{extension}")


@scene
async def connect_in_mid_call(lab: Lab, ami: AmiTap) -> None:
    """A session that logs in during a call, with another caller waiting, and asks for everything."""
    await ami.close()
    other = await lab.tap()
    agent = await lab.agent("1001", "service", ami=other)
    call = await (await lab.caller()).dial("4001")
    await (await agent.ring()).answer()
    waiting = await (await lab.caller("+8613900139000")).dial("4001")
    await add_member(other, "sales", "1002", Paused="true", Reason="lunch")
    late = await lab.tap()
    ami.raw = late.raw
    for name, last in (
        ("CoreShowChannels", "CoreShowChannelsComplete"),
        ("BridgeList", "BridgeListComplete"),
        ("QueueStatus", "QueueStatusComplete"),
        ("DeviceStateList", "DeviceStateListComplete"),
    ):
        await late.action(name)
        await late.wait(last)
    await call.hang_up()
    await waiting.hang_up()
    await late.wait("QueueCallerAbandon")


async def _redirect(ami: AmiTap, context: str, extension: str) -> None:
    joined = await ami.wait("QueueCallerJoin")
    await ami.action("Redirect", Channel=joined["Channel"], Context=context, Exten=extension, Priority="1")


async def _record(name: str, root: Path) -> None:
    async with running_lab(root) as lab:
        ami = await lab.tap()
        await ami.wait("FullyBooted")
        await SCENES[name](lab, ami)
        await asyncio.sleep(_SETTLE_S)
        _keep(name, bytes(ami.raw), lab.folders)
    print(f"{name}: {len(ami.raw)} bytes of AMI")


def _keep(name: str, raw: bytes, folders: AsteriskFolders) -> None:
    place = HERE / name
    place.mkdir(exist_ok=True)
    (place / "ami.txt").write_bytes(raw)
    for source, target in (
        (folders.cel, "cel.csv"),
        (folders.queue_log, "queue_log"),
        (folders.cdr, "cdr.csv"),
    ):
        if source.is_file():
            shutil.copyfile(source, place / target)


def main(names: list[str]) -> None:
    """Records the named traces, or all."""
    for name in names or list(SCENES):
        with tempfile.TemporaryDirectory(prefix="ringdesk-trace-") as root:
            asyncio.run(_record(name, Path(root)))


if __name__ == "__main__":
    main(sys.argv[1:])
