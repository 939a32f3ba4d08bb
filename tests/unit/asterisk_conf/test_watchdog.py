"""When the watchdog acts and when it does not, without an Asterisk."""

import asyncio
from collections.abc import Iterable

import pytest
from structlog.testing import capture_logs

from asterisk_conf.watchdog import free_agents, free_callers, watch
from cti.ami.action import ActionReply, AmiAway, Ask


class Link:
    """Plays AMI: answers lists, remembers what was asked."""

    def __init__(
        self, channels: Iterable[dict[str, str]] = (), members: Iterable[dict[str, str]] = ()
    ) -> None:
        self.lists = {"CoreShowChannels": tuple(channels), "QueueStatus": tuple(members)}
        self.asked: list[Ask] = []
        self.rounds = 0
        self.away = False
        self.gone_on: set[str] = set()

    async def action_list(self, fields: Ask, *, timeout_s: float | None = None) -> ActionReply:
        self.rounds += fields["Action"] == "CoreShowChannels"
        if self.away:
            raise AmiAway("not connected yet")
        return ActionReply(True, "", {}, self.lists[str(fields["Action"])])

    async def action(self, fields: Ask, *, timeout_s: float | None = None) -> ActionReply:
        if fields["Action"] == "Getvar":
            return self._context_of(str(fields["Channel"]))
        self.asked.append(fields)
        return ActionReply(False, "Channel does not exist", {})

    def _context_of(self, channel: str) -> ActionReply:
        known = {c["Channel"]: c["Context"] for c in self.lists["CoreShowChannels"]}
        if channel not in known or channel in self.gone_on:
            return ActionReply(channel in self.gone_on, "", {"Value": "ringdesk-stint"})
        return ActionReply(True, "", {"Value": known[channel]})


class Service:
    """Works as the test wrote down, then the test is over."""

    def __init__(self, course: str) -> None:
        self._course = iter(course)

    async def works(self) -> bool:
        try:
            return next(self._course) == "+"
        except StopIteration:
            raise asyncio.CancelledError from None


async def rounds(course: str, link: Link) -> int:
    """How often the watchdog acted while the service worked (+) and did not (-)."""
    with pytest.raises(asyncio.CancelledError):
        await watch(Service(course).works, link, 0)
    return link.rounds


@pytest.mark.parametrize(("course", "acted"), [("+++", 0), ("-+-+-", 3), ("+---+", 3), ("----", 4)])
async def test_it_acts_again_and_again_until_the_service_works(course: str, acted: int) -> None:
    assert await rounds(course, Link()) == acted


async def test_each_silence_is_told_once_and_so_is_its_end() -> None:
    with capture_logs() as logs:
        await rounds("++--+-", Link())
    silent, back = "the service does not answer; its callers go on without it", "the service answers again"
    assert [entry["event"] for entry in logs] == [silent, back, silent]


async def test_it_goes_on_when_asterisk_is_away_too() -> None:
    link = Link()
    link.away = True
    assert await rounds("----", link) == 4


async def test_only_callers_in_the_menu_are_moved() -> None:
    link = Link(
        [
            {"Channel": "PJSIP/trunk-1", "Context": "ringdesk-hotline"},
            {"Channel": "PJSIP/trunk-2", "Context": "ringdesk-stint"},
            {"Channel": "PJSIP/1001-3", "Context": "ringdesk-phone"},
        ]
    )
    assert await free_callers(link) == 1
    assert [(ask["Action"], ask["Channel"], ask["Context"]) for ask in link.asked] == [
        ("Redirect", "PJSIP/trunk-1", "ringdesk-menu-done")
    ]


async def test_a_caller_who_left_the_menu_since_the_list_was_made_is_left_alone() -> None:
    menu = "ringdesk-hotline"
    link = Link([{"Channel": f"PJSIP/trunk-{n}", "Context": menu} for n in range(3)])
    link.gone_on = {"PJSIP/trunk-0", "PJSIP/trunk-2"}
    assert await free_callers(link) == 1
    assert [ask["Channel"] for ask in link.asked] == ["PJSIP/trunk-1"]


async def test_only_after_call_work_is_ended_not_a_break() -> None:
    def member(queue: str, interface: str, paused: str, reason: str) -> dict[str, str]:
        place = {"Event": "QueueMember", "Queue": queue, "Location": interface}
        return {**place, "Paused": paused, "PausedReason": reason}

    link = Link(
        members=[
            {"Event": "QueueParams", "Queue": "service"},
            member("service", "PJSIP/1001", "1", "wrapup"),
            member("sales", "PJSIP/1001", "1", "wrapup"),
            member("service", "PJSIP/1002", "1", "lunch"),
            member("service", "PJSIP/1003", "0", "wrapup"),
        ]
    )
    assert await free_agents(link) == 1
    assert [(ask["Queue"], ask["Interface"], ask["Paused"]) for ask in link.asked] == [
        ("sales", "PJSIP/1001", "false"),
        ("service", "PJSIP/1001", "false"),
    ]
