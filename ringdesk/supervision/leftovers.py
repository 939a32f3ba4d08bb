"""What an earlier run left running: ended in order, but for an Asterisk that can go on with its calls."""

from collections.abc import Callable, Sequence

from asterisk_conf.adoption import why_end
from asterisk_conf.private_asterisk import PrivateAsterisk
from asterisk_conf.server import AsteriskServer
from ringdesk.supervision.instance import InstanceRecord
from ringdesk.supervision.process import ProcessIdentity, end_group

_WITHIN_S = 10.0


async def clear_leftovers(
    record: InstanceRecord | None,
    asterisk: AsteriskServer,
    order: Sequence[str],
    say: Callable[[str], None],
) -> ProcessIdentity | None:
    """The Asterisk that is to be adopted. `order`: the names of the children, Asterisk's last."""
    adopted = await _that_goes_on(asterisk, say)
    left = {} if record is None else {n: child for n, child in record.children.items() if child.alive}
    for name in order:
        child = left.get(name)
        if child is not None and child != adopted:
            say(f"ending the {name} that an earlier run left behind")
            await end_group(child, _WITHIN_S)
    if adopted is None and asterisk.pid() is not None:
        say("stopping the Asterisk that was started by itself")
        await asterisk.stop()
    return adopted


async def _that_goes_on(asterisk: AsteriskServer, say: Callable[[str], None]) -> ProcessIdentity | None:
    pid = asterisk.pid()
    if pid is None or not isinstance(asterisk, PrivateAsterisk):
        return None
    reason = await why_end(asterisk)
    if reason is not None:
        say(f"Asterisk cannot go on: {reason}")
        return None
    return ProcessIdentity.of(pid)
