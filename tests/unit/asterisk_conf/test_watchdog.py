"""When the watchdog acts and when it does not, without an Asterisk."""

import asyncio
from collections.abc import Iterable

import pytest

from asterisk_conf.watchdog import WatchdogTimes, answers, free_agents, free_callers, watch
from cti.ami.action import ActionReply, AmiAway, Ask

_AT_ONCE = WatchdogTimes(every_s=0.0, answer_s=0.2, misses=2)


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
    """Answers as the test wrote down, then the test is over."""

    def __init__(self, health: str) -> None:
        self._health = iter(health)

    async def healthy(self) -> bool:
        try:
            return next(self._health) == "+"
        except StopIteration:
            raise asyncio.CancelledError from None


async def rounds(health: str, link: Link) -> int:
    """How often the watchdog acted while the service was well (+) and silent (-)."""
    with pytest.raises(asyncio.CancelledError):
        await watch(Service(health).healthy, link, _AT_ONCE)
    return link.rounds


@pytest.mark.parametrize(
    ("health", "acted"),
    [("+++", 0), ("-+-+-", 0), ("--", 1), ("+---+", 2), ("--+--", 2), ("----", 3)],
)
async def test_it_acts_from_the_second_silence_in_a_row_until_the_service_answers(
    health: str, acted: int
) -> None:
    assert await rounds(health, Link()) == acted


async def test_it_goes_on_when_asterisk_is_away_too() -> None:
    link = Link()
    link.away = True
    assert await rounds("----", link) == 3


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
        return {"Queue": queue, "Location": interface, "Paused": paused, "PausedReason": reason}

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


@pytest.mark.parametrize(
    ("answer", "alive"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", True),
        (b"HTTP/1.1 503 No\r\n\r\n", True),
        (b"", False),
        (b"SSH-2.0", False),
    ],
)
async def test_any_http_answer_is_life(answer: bytes, alive: bool) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        assert request.startswith(b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1:")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/health"
    assert await answers(url, 5.0) is alive
    server.close()


async def test_silence_and_a_closed_port_are_no_life() -> None:
    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    number = server.sockets[0].getsockname()[1]
    assert not await answers(f"http://127.0.0.1:{number}/", 0.1)
    server.close()
    await server.wait_closed()
    assert not await answers(f"http://127.0.0.1:{number}/", 5.0)
