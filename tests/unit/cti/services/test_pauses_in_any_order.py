"""In whatever order wishes, losses, rings and after-call work come, Asterisk ends with the right pause."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cti.control.commands import GoReady, Pause
from cti.domain import events as ev
from cti.domain.events import Source
from cti.pauses import Pauses
from tests.support.desk import Desk, at, desk, running, settle
from tests.support.pausing import AGENT, PausingAsterisk

REACHABLE = ev.PhoneReachable(at=at(0), agent=AGENT)


@dataclass
class Oracle:
    """What an agent's pause has to be, from the order in which things truly happened in Asterisk and here."""

    lost: bool = False
    wish: str | None = None
    missed: bool = False
    wrapping_up: bool = False

    def happens(self, what: str) -> None:
        match what:
            case "phone lost":
                self.lost = True
            case "no answer":
                self.missed = True
            case "lunch" | "meeting":
                self.lost, self.wish = False, what
            case "ready":
                self.lost, self.wish, self.missed = False, None, False
            case "hang-up":
                self.wrapping_up = True
            case "done":
                self.wrapping_up = False

    @property
    def text(self) -> str | None:
        if self.lost:
            return "phone_lost"
        return self.wish or ("no_answer" if self.missed else "wrapup" if self.wrapping_up else None)


def _moments(steps: list[str]) -> Iterator[str]:
    """Calls and after-call work in an order that can be."""
    wrapping = False
    for step in steps:
        if step == "hang-up":
            if wrapping:
                continue
            wrapping = True
        elif step == "done":
            if not wrapping:
                continue
            wrapping = False
        yield step


WRITTEN_BY_OTHERS = {"phone lost": "phone_lost", "no answer": "Auto-Pause"}
STEPS = (
    "phone lost",
    "no answer",
    "lunch",
    "meeting",
    "ready",
    "hang-up",
    "done",
    "news",
    "news",
    "wait",
    "wait",
)


@example(["lunch", "ready", "phone lost", "lunch", "ready"], True)
@given(st.lists(st.sampled_from(STEPS), max_size=14), st.booleans())
@settings(max_examples=150, deadline=None)
def test_in_whatever_order_it_comes_asterisk_ends_with_the_strongest_reason_that_stands(
    steps: list[str], two_queues: bool
) -> None:
    """News of Asterisk comes late and in pieces. What others wrote counts from when it is heard."""
    queues = ["service", "sales"] if two_queues else ["service"]
    oracle = Oracle()

    async def play() -> None:
        it = desk()
        asterisk = PausingAsterisk(it, queues)
        it.control._link = asterisk
        it.observe(REACHABLE)
        async with running(Pauses(it.port, it.control.pauses).run):
            calls = 0
            for step in _moments(steps):
                match step:
                    case "news":
                        _tell_one(asterisk, oracle)
                    case "wait":
                        await settle()
                    case "phone lost" | "no answer":
                        asterisk.others(WRITTEN_BY_OTHERS[step])
                    case "lunch" | "meeting":
                        oracle.happens(step)
                        await it.control.execute(Pause(AGENT, step))
                    case "ready":
                        oracle.happens(step)
                        await it.control.execute(GoReady(AGENT))
                    case "hang-up":
                        calls += 1
                        oracle.happens(step)
                        _whole_call(it, f"c{calls}", asterisk.now())
                    case "done":
                        oracle.happens(step)
                        _done(it, f"c{calls}", asterisk.now())
            for _ in range(12):
                await settle()
                while asterisk.news:
                    _tell_one(asterisk, oracle)
            agent = it.live.floor.agents[AGENT]
            assert _held(asterisk) == {oracle.text}
            assert agent.reason == (oracle.text if oracle.text != "wrapup" else None)

    asyncio.run(play())


def _held(asterisk: PausingAsterisk) -> set[str | None]:
    """The reasons that Asterisk ends with, in our words."""
    ours = {"Auto-Pause": "no_answer", "phone_stays_lost": "phone_lost"}
    return {text and ours.get(text, text) for text in asterisk.held.values()}


def _tell_one(asterisk: PausingAsterisk, oracle: Oracle) -> None:
    news = asterisk.news[0] if asterisk.news else None
    asterisk.tell(1)
    for step, text in WRITTEN_BY_OTHERS.items():
        if isinstance(news, ev.MemberPaused) and news.reason == text:
            oracle.happens(step)


def _whole_call(it: Desk, call_id: str, seconds: float) -> None:
    when = at(seconds)
    it.observe(
        ev.CallStarted(at=when, call_id=call_id),
        ev.QueueEntered(at=when, call_id=call_id, queue="service"),
        ev.LegStarted(at=when, call_id=call_id, agent=AGENT),
        ev.CallEnded(at=when, call_id=call_id),
    )


def _done(it: Desk, call_id: str, seconds: float) -> None:
    it.observe(
        ev.WrapUpEnded(
            at=at(seconds), agent=AGENT, call_id=call_id, disposition="solved", source=Source.SERVICE
        )
    )
