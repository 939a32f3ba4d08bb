"""Who declines is paused as declined, who lets it ring as Asterisk says it."""

import pytest

from cti.declined import Declined
from cti.domain import events as ev
from cti.domain.events import RingResult, Source
from tests.support.desk import CALL_TO_1001, Desk, at, desk, running, settle

RUNG = CALL_TO_1001[:-1]


def ended(result: RingResult, seconds: float = 5) -> ev.RingEnded:
    return ev.RingEnded(at=at(seconds), call_id="c1", agent="1001", result=result)


def paused(queue: str = "service", reason: str = "Auto-Pause", source: Source = Source.LIVE) -> ev.Event:
    return ev.MemberPaused(at=at(6), agent="1001", queue=queue, reason=reason, source=source)


async def asked_after(it: Desk, *events: ev.Event) -> list[tuple[str, str, str]]:
    async with running(Declined(it.bus, it.live, it.control).run):
        it.observe(*RUNG, *events)
        await settle()
    return sorted((asked["Queue"], asked["Interface"], asked["Reason"]) for asked in it.link.asked)


NAMED = [("sales", "PJSIP/1001", "declined"), ("service", "PJSIP/1001", "declined")]


async def test_who_declines_is_paused_with_that_reason_once_in_each_queue() -> None:
    # DialEnd follows and knows nothing of it.
    heard = (ended(RingResult.REFUSED), ended(RingResult.NO_ANSWER, 5.001), paused(), paused("sales"))
    named = (paused(reason="declined"), paused("sales", "declined"))
    assert await asked_after(desk(), *heard, *named) == NAMED


async def test_a_queue_that_asterisk_comes_to_after_our_pause_of_another_is_named_too() -> None:
    heard = (ended(RingResult.REFUSED), paused(), paused(reason="declined"), paused("sales"))
    assert await asked_after(desk(), *heard) == NAMED


async def test_why_the_ring_ended_may_be_heard_after_the_pauses() -> None:
    assert await asked_after(desk(), paused(), paused("sales"), ended(RingResult.REFUSED)) == NAMED


@pytest.mark.parametrize(
    "heard",
    [
        (ended(RingResult.NO_ANSWER), paused()),
        (ended(RingResult.REFUSED), paused(reason="lunch")),
        (ended(RingResult.REFUSED), paused(source=Source.RECORD)),
        (
            ended(RingResult.REFUSED),
            ev.AgentRung(at=at(5.5), call_id="c1", agent="1001"),
            ended(RingResult.NO_ANSWER, 6),
            paused(),
        ),
        (paused(), ev.MemberUnpaused(at=at(7), agent="1001", queue="service"), ended(RingResult.REFUSED, 8)),
        (paused(), paused(reason="lunch"), ended(RingResult.REFUSED, 8)),
    ],
    ids=[
        "rang out",
        "a pause of their own",
        "long ago",
        "the next ring rang out",
        "ready again",
        "off to lunch",
    ],
)
async def test_every_other_pause_keeps_its_reason(heard: tuple[ev.Event, ...]) -> None:
    assert await asked_after(desk(), *heard) == []


async def test_asterisk_away_leaves_the_pause_as_it_is() -> None:
    it = desk()
    it.link.away = True
    assert await asked_after(it, ended(RingResult.REFUSED), paused()) == []
    assert it.live.floor.agents["1001"].reason == "no_answer"
