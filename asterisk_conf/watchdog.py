"""Watches the service from outside its process: when it falls silent, its callers go on without it.

A dead service needs no help: its sockets close and the dialplan takes the fallback queue. One that hangs
holds every caller in the voice menu for ever, because AGI has no read time-out, and agents in after-call work
wait for an end that nobody announces. Both are set free here, again and again until the service answers.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from cti.ami.action import ActionReply, AmiError, Ask
from cti.ami.link import AmiLink
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


class ActionLink(Protocol):
    """The part of an AMI link that setting free needs."""

    async def action(self, fields: Ask, *, timeout_s: float | None = None) -> ActionReply:
        """Sends one action."""
        ...

    async def action_list(self, fields: Ask, *, timeout_s: float | None = None) -> ActionReply:
        """Sends an action that answers with a list."""
        ...


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


async def watch(works: Works, link: ActionLink, every_s: float) -> None:
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


async def _set_free(link: ActionLink) -> None:
    """One round; what fails now is tried again in the next."""
    try:
        callers = await free_callers(link)
        agents = await free_agents(link)
    except AmiError as problem:
        log.error("Asterisk cannot be asked to free the service's callers", problem=str(problem))
        return
    if callers or agents:
        log.warning("set free", callers=callers, agents=agents)


async def free_callers(link: ActionLink) -> int:
    """Moves every caller out of the voice menu; returns how many there were.

    A service that dies at last lets its callers go on by themselves, between the list and their turn in it:
    each is looked at once more. Whoever goes on after that look, too, begins no new stay in the dialplan.
    """
    reply = await link.action_list({"Action": "CoreShowChannels"})
    listed = [fields["Channel"] for fields in reply.events if fields.get("Context") == MENU_CONTEXT]
    context, extension = AFTER_MENU
    moved = 0
    for channel in listed:
        if not await _is_in_menu(link, channel):
            continue
        moved += 1
        # A caller who hung up meanwhile is refused by Asterisk, which is no fault.
        await link.action(
            {
                "Action": "Redirect",
                "Channel": channel,
                "Context": context,
                "Exten": extension,
                "Priority": "1",
            }
        )
    return moved


async def _is_in_menu(link: ActionLink, channel: str) -> bool:
    reply = await link.action({"Action": "Getvar", "Channel": channel, "Variable": "CHANNEL(context)"})
    return reply.success and reply.fields.get("Value") == MENU_CONTEXT


async def free_agents(link: ActionLink) -> int:
    """Ends the pause of every member whom only the service's after-call work keeps from calls."""
    reply = await link.action_list({"Action": "QueueStatus"})
    waiting = {
        (fields["Queue"], fields["Location"])
        for fields in reply.events
        if fields.get("Paused") == "1" and fields.get("PausedReason") == WRAP_UP_REASON
    }
    for queue, interface in sorted(waiting):
        await link.action({"Action": "QueuePause", "Queue": queue, "Interface": interface, "Paused": "false"})
    return len({interface for _, interface in waiting})
