"""Watches the service from outside its process: when it falls silent, its callers go on without it.

A dead service needs no help: its sockets close and the dialplan takes the fallback queue. One that hangs
holds every caller in the voice menu for ever, because AGI has no read time-out, and agents in after-call work
wait for an end that nobody announces. Both are set free here, again and again until the service answers.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from cti.ami import actions
from cti.ami.action import AmiError
from cti.ami.link import AmiLink
from cti.ami.questions import channels_in, members, variable_of
from cti.ami.snapshot import Asking
from cti.ami.state import LinkState
from cti.settings import AmiSettings

log = structlog.get_logger(__name__)

WATCHDOG_USER = "watchdog"
MENU_CONTEXT = "ringdesk-hotline"
# Takes the queue that the menu had chosen already, else the fallback queue of the caller's hotline.
AFTER_MENU = ("ringdesk-menu-done", "s")
WRAP_UP_REASON = "wrapup"

Works = Callable[[], Awaitable[bool]]
"""Says whether the service works; answers within a second, whatever the service does."""

EVERY_S = 0.5


async def run_watchdog(
    works: Works, ami: AmiSettings, every_s: float = EVERY_S, *, secret: Callable[[], str] | None = None
) -> None:
    """Runs until cancelled. `ami` is the watchdog's own account, `secret` its secret as it is now."""

    async def ignore_state(state: LinkState) -> None:
        """The link logs what happens to it; there is no picture to compare."""

    link = AmiLink(
        ami, wanted=frozenset(), on_event=lambda fields: None, on_state=ignore_state, secret=secret
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(link.run())
        tasks.create_task(watch(works, link, every_s))


async def watch(works: Works, link: Asking, every_s: float) -> None:
    """Asks and acts, for ever."""
    worked = True
    while True:
        works_now = await works()
        if works_now and not worked:
            log.warning("the service answers again")
        elif worked and not works_now:
            log.error("the service does not answer; its callers go on without it")
        worked = works_now
        if not worked:
            await _set_free(link)
        await asyncio.sleep(every_s)


async def _set_free(link: Asking) -> None:
    """One round; what fails now is tried again in the next."""
    try:
        callers = await free_callers(link)
        agents = await free_agents(link)
    except AmiError as problem:
        log.error("Asterisk cannot be asked to free the service's callers", problem=str(problem))
        return
    if callers or agents:
        log.warning("set free", callers=callers, agents=agents)


async def free_callers(link: Asking) -> int:
    """Moves every caller out of the voice menu; returns how many there were.

    A service that dies at last lets its callers go on by themselves, between the list and their turn in it:
    each is looked at once more. Whoever goes on after that look, too, begins no new stay in the dialplan.
    """
    moved = 0
    for channel in await channels_in(link, MENU_CONTEXT):
        if await variable_of(link, channel, "CHANNEL(context)") != MENU_CONTEXT:
            continue
        moved += 1
        # A caller who hung up meanwhile is refused by Asterisk, which is no fault.
        await link.action(actions.redirect(channel, *AFTER_MENU).headers)
    return moved


async def free_agents(link: Asking) -> int:
    """Ends the pause of every member whom only the service's after-call work keeps from calls."""
    waiting = {(it.queue, it.device) for it in await members(link) if it.pause == WRAP_UP_REASON}
    for queue, device in sorted(waiting):
        await link.action(actions.pause_device(device, None, queue).headers)
    return len({device for _, device in waiting})
