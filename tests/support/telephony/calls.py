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
