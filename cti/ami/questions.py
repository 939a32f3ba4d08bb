"""What is asked of Asterisk beside its whole picture: short questions, each with a plain answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from cti.ami.framing import Fields
from cti.ami.snapshot import Asking, SnapshotRefused

_ABSENT = frozenset({"0", "4"})  # AST_DEVICE_UNKNOWN and AST_DEVICE_INVALID


async def ping(link: Asking) -> None:
    """Returns when Asterisk has answered. Raises AmiError."""
    await link.action({"Action": "Ping"})


async def variable_of(link: Asking, channel: str, name: str) -> str | None:
    """A variable or function of a channel; None when the channel is gone, or has no such thing.

    Raises AmiError.
    """
    reply = await link.action({"Action": "Getvar", "Channel": channel, "Variable": name})
    return reply.fields.get("Value", "") if reply.success else None


async def is_registered(link: Asking, extension: str) -> bool:
    """Whether the extension has a contact now. Raises AmiError.

    PJSIPShowContacts would list them all, for accounts that may run programs only (its class is `system`).
    """
    reply = await link.action({"Action": "Getvar", "Variable": f"PJSIP_AOR({extension},contact)"})
    if not reply.success:
        raise SnapshotRefused(f"PJSIP_AOR: {reply.message.strip()}")
    return reply.fields.get("Value", "") != ""


def label(fields: Fields) -> str:
    """What an event is called: the name that its sender chose for an event of their own."""
    return fields.get("UserEvent") or fields.get("Event", "")


async def channels_in(link: Asking, context: str) -> Sequence[str]:
    """The names of the channels that are in this part of the dialplan. Raises AmiError."""
    reply = await link.action_list({"Action": "CoreShowChannels"})
    return [fields["Channel"] for fields in reply.events if fields.get("Context") == context]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a queue: `pause` is the text of its pause or None; `known` to Asterisk as a device."""

    queue: str
    device: str
    pause: str | None
    known: bool


async def members(link: Asking) -> Sequence[Member]:
    """The members of all queues. Raises AmiError."""
    reply = await link.action_list({"Action": "QueueStatus"})
    return [_member(fields) for fields in reply.events if fields.get("Event") == "QueueMember"]


def _member(fields: Fields) -> Member:
    return Member(
        queue=fields.get("Queue", "?"),
        device=fields.get("Location", "?"),
        pause=fields.get("PausedReason", "") if fields.get("Paused") == "1" else None,
        known=fields.get("Status") not in _ABSENT,
    )
