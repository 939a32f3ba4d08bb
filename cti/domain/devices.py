"""Which agent a channel or a device of Asterisk belongs to: an agent's phone is named after the extension."""

import re

_CHANNEL = re.compile(r"PJSIP/(\d+)-[0-9a-f]+(?:$|;)")
_DEVICE = re.compile(r"PJSIP/(\d+)$")


def agent_of(channel: str) -> str | None:
    """The extension whose phone a channel belongs to, None for trunks and everything else."""
    found = _CHANNEL.match(channel)
    return found.group(1) if found else None


def agent_of_device(device: str) -> str | None:
    """The extension behind a device or queue member."""
    found = _DEVICE.match(device)
    return found.group(1) if found else None


def device_of(agent: str) -> str:
    """The device, and queue member, of an extension."""
    return f"PJSIP/{agent}"
