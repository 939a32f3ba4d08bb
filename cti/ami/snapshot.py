"""Asterisk's own picture of this moment: channels, queues and devices, as plain data."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Protocol

from cti.ami.action import ActionReply, AmiError, Ask
from cti.ami.escapes import unescape
from cti.ami.framing import Fields, channel_variables

_UNKNOWN = "<unknown>"


class Asking(Protocol):
    """The part of AmiLink that a snapshot needs."""

    async def action(self, fields: Ask) -> ActionReply: ...
    async def action_list(self, fields: Ask) -> ActionReply: ...


class SnapshotRefused(AmiError):
    """Asterisk refused to show one of the lists; the account lacks a right."""


class SnapshotUnreadable(AmiError):
    """One of the lists is not written as every Asterisk that we know writes it."""


class MemberStatus(IntEnum):
    """The device state of a queue member, as `app_queue` numbers it."""

    UNKNOWN = 0
    NOT_IN_USE = 1
    IN_USE = 2
    BUSY = 3
    INVALID = 4
    UNAVAILABLE = 5
    RINGING = 6
    RINGING_IN_USE = 7
    ON_HOLD = 8


@dataclass(frozen=True, slots=True)
class SnapshotChannel:
    """One channel. `call_id` is RD_CALL where it is inherited; `bridge_id` is None outside of a bridge.

    Numbers and names are as they came, empty when unknown. Whether a channel is on hold stands in no list.
    """

    channel: str
    uniqueid: str
    call_id: str | None
    state: str
    application: str
    context: str
    exten: str
    bridge_id: str | None
    caller_number: str
    caller_name: str
    connected_number: str
    duration_s: int


@dataclass(frozen=True, slots=True)
class SnapshotMember:
    """One member of a queue. `interface` as in `PJSIP/1001`."""

    interface: str
    name: str
    penalty: int
    status: MemberStatus
    paused: bool
    paused_reason: str
    in_call: bool


@dataclass(frozen=True, slots=True)
class SnapshotCaller:
    """One caller who waits in a queue."""

    channel: str
    uniqueid: str
    position: int
    priority: int
    waited_s: int


@dataclass(frozen=True, slots=True)
class SnapshotQueue:
    """One queue. Its own counters are left out: they are lost at every restart of Asterisk."""

    name: str
    strategy: str
    calls: tuple[SnapshotCaller, ...]
    members: tuple[SnapshotMember, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything at once. `devices` maps a device to its state, as in `PJSIP/1001` to `NOT_INUSE`.

    The lists are taken one after the other; events that come meanwhile are delivered after it.
    """

    at: datetime
    asterisk_version: str
    channels: tuple[SnapshotChannel, ...]
    queues: tuple[SnapshotQueue, ...]
    devices: Mapping[str, str]


async def take_snapshot(link: Asking) -> Snapshot:
    """Asks for all lists at once and puts them together. Raises AmiError."""
    settings, channels, queues, devices = await asyncio.gather(
        link.action({"Action": "CoreSettings"}),
        _list(link, "CoreShowChannels"),
        _list(link, "QueueStatus"),
        _list(link, "DeviceStateList"),
    )
    with _reading():
        return Snapshot(
            at=datetime.now(UTC),
            asterisk_version=settings.fields.get("AsteriskVersion", ""),
            channels=tuple(_channel(fields) for fields in channels),
            queues=_queues(queues),
            devices={fields["Device"]: fields["State"] for fields in devices},
        )


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (KeyError, ValueError) as problem:
        raise SnapshotUnreadable(f"what Asterisk shows cannot be read: {problem!r}") from problem


async def _list(link: Asking, action: str) -> tuple[Fields, ...]:
    """The items of one list."""
    reply = await link.action_list({"Action": action})
    if reply.success:
        return reply.events
    raise SnapshotRefused(f"{action}: {reply.message.strip()}")


def _channel(fields: Fields) -> SnapshotChannel:
    return SnapshotChannel(
        channel=fields["Channel"],
        uniqueid=fields["Uniqueid"],
        call_id=channel_variables(fields).get("RD_CALL") or None,
        state=fields["ChannelStateDesc"],
        application=fields["Application"],
        context=fields["Context"],
        exten=fields["Exten"],
        bridge_id=fields["BridgeId"] or None,
        caller_number=_known(fields["CallerIDNum"]),
        caller_name=unescape(_known(fields["CallerIDName"])),
        connected_number=_known(fields["ConnectedLineNum"]),
        duration_s=_seconds(fields["Duration"]),
    )


def _queues(listed: tuple[Fields, ...]) -> tuple[SnapshotQueue, ...]:
    """QueueStatus writes a queue's parameters, then its members, then its callers, each naming the queue."""
    of = {
        kind: [f for f in listed if f["Event"] == kind]
        for kind in ("QueueParams", "QueueMember", "QueueEntry")
    }
    return tuple(
        SnapshotQueue(
            name=queue["Queue"],
            strategy=queue["Strategy"],
            calls=tuple(_caller(f) for f in of["QueueEntry"] if f["Queue"] == queue["Queue"]),
            members=tuple(_member(f) for f in of["QueueMember"] if f["Queue"] == queue["Queue"]),
        )
        for queue in of["QueueParams"]
    )


def _member(fields: Fields) -> SnapshotMember:
    return SnapshotMember(
        interface=fields["Location"],
        name=fields["Name"],
        penalty=int(fields["Penalty"]),
        status=MemberStatus(int(fields["Status"])),
        paused=fields["Paused"] == "1",
        paused_reason=fields["PausedReason"],
        in_call=fields["InCall"] == "1",
    )


def _caller(fields: Fields) -> SnapshotCaller:
    return SnapshotCaller(
        channel=fields["Channel"],
        uniqueid=fields["Uniqueid"],
        position=int(fields["Position"]),
        priority=int(fields["Priority"]),
        waited_s=int(fields["Wait"]),
    )


def _known(text: str) -> str:
    return "" if text == _UNKNOWN else text


def _seconds(clock: str) -> int:
    """`HH:MM:SS`; hours may have more than two digits."""
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)
