"""What the service does to a call by AMI, for tests on a real Asterisk."""

from tests.support.telephony.ami_tap import AmiTap


async def redirect(ami: AmiTap, context: str, extension: str) -> None:
    """A blind transfer of the caller, as the service does it."""
    channel = ami.named("QueueCallerJoin")[-1]["Channel"]
    reply = await ami.action("Redirect", Channel=channel, Context=context, Exten=extension, Priority="1")
    assert reply["Response"] == "Success"


async def transferred(ami: AmiTap, to: str, queue: str, agent: str) -> None:
    """A blind transfer to a `queue` or to an `agent`, as `to` says."""
    await redirect(ami, f"ringdesk-{to}", queue if to == "queue" else agent)


async def click_to_dial(ami: AmiTap) -> None:
    """Agent 1001 rings, and is connected to a customer after the answer; the call is `out-1`."""
    await ami.action(
        "Originate",
        Channel="PJSIP/1001",
        ChannelId="out-1",
        Context="ringdesk-outbound",
        Exten="13900139000",
        Priority="1",
        Async="true",
        Variable="__RD_CALL=out-1",
    )
