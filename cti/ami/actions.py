"""The actions that change something in Asterisk, one function each: nobody else writes their headers."""

from collections.abc import Mapping, Sequence

from cti.ami.action import AmiAction
from cti.domain.devices import device_of

_NORMAL_CLEARING = 16


def pause_member(agent: str, text: str | None, queue: str | None = None) -> AmiAction:
    """Pause the agent's phone with this text, or end its pause when None; in all its queues or in one."""
    return pause_device(device_of(agent), text, queue)


def pause_device(device: str, text: str | None, queue: str | None = None) -> AmiAction:
    """The same for a device that need not be an agent's."""
    headers = {"Action": "QueuePause", "Interface": device, "Paused": "false"}
    if text is not None:
        headers |= {"Paused": "true", "Reason": text}
    if queue is not None:
        headers["Queue"] = queue
    return AmiAction(headers, harmless=("Interface not found",))


def add_member(agent: str, queue: str, *, penalty: int, text: str | None) -> AmiAction:
    """Make the agent's phone a member of one queue, paused with this text unless None."""
    headers = {
        "Action": "QueueAdd",
        "Queue": queue,
        "Interface": device_of(agent),
        "MemberName": agent,
        "Penalty": str(penalty),
        "Paused": "false" if text is None else "true",
    }
    if text is not None:
        headers["Reason"] = text
    return AmiAction(headers, harmless=("Already there",))


def remove_member(agent: str, queue: str) -> AmiAction:
    """Take the agent's phone out of one queue."""
    headers = {"Action": "QueueRemove", "Queue": queue, "Interface": device_of(agent)}
    gone = ("Unable to remove interface: Not there", "Unable to remove interface from queue: No such queue")
    return AmiAction(headers, harmless=gone)


def hang_up(channel: str, cause: int = _NORMAL_CLEARING) -> AmiAction:
    """End a channel, by its name or unique id, with a Q.850 cause."""
    headers = {"Action": "Hangup", "Channel": channel, "Cause": str(cause)}
    return AmiAction(headers, harmless=("No such channel",))


def redirect(channel: str, context: str, extension: str) -> AmiAction:
    """Let a channel go on at another place in the dialplan."""
    return AmiAction(
        {
            "Action": "Redirect",
            "Channel": channel,
            "Context": context,
            "Exten": extension,
            "Priority": "1",
        }
    )


def originate(
    channel: str,
    context: str,
    extension: str,
    *,
    caller_id: str,
    ring_ms: int,
    variables: Sequence[str] = (),
    channel_id: str | None = None,
    account: str | None = None,
) -> AmiAction:
    """Ring a channel and, when it is answered, let it go on in the dialplan; the answer comes at once.

    `variables` as in `NAME=value`; `channel_id` becomes the unique id, `account` stands in the records.
    """
    headers = {
        "Action": "Originate",
        "Channel": channel,
        "Context": context,
        "Exten": extension,
        "Priority": "1",
        "CallerID": caller_id,
        "Timeout": str(ring_ms),
        "Async": "true",
        "Variable": ",".join(variables),
    }
    if channel_id is not None:
        headers["ChannelId"] = channel_id
    if account is not None:
        headers["Account"] = account
    return AmiAction(headers)


def set_variable(name: str, value: str) -> AmiAction:
    """Set a global variable of the dialplan."""
    return AmiAction({"Action": "Setvar", "Variable": name, "Value": value})


def user_event(name: str) -> AmiAction:
    """Have Asterisk send an event of our own to everyone who listens."""
    return AmiAction({"Action": "UserEvent", "UserEvent": name})


def as_told(action: AmiAction) -> Mapping[str, str]:
    """What a log may say of an action on a queue's member: which one, who, where and why."""
    names = {"Action": "action", "Interface": "member", "Queue": "queue", "Reason": "reason"}
    return {name: str(action.headers[key]) for key, name in names.items() if key in action.headers}
