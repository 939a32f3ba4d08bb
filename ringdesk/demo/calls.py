"""The demo's past: five days of calls, the same every time for the same `now`."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.records import CallRecord, LegRecord, OfferRecord, StepRecord, StintRecord

DAYS = 5
CALLS_A_DAY = 14
# 09:00 in Shanghai; the demo's office works eight hours.
OFFICE_OPENS_UTC = 1
OFFICE_SECONDS = 8 * 3600

_KEYS = {"sales": "1", "complaints": "2", "service": "3"}
_QUEUES = ("service", "service", "service", "sales", "sales", "complaints")
_AGENTS = {"service": ("1001", "1002"), "sales": ("1001", "1002"), "complaints": ("1001", "1003")}
_NOTES = {
    "service": (
        ("resolved", "已重置密码，客户确认可以登录。"),
        ("information", "询问发票抬头如何修改，已说明。"),
        ("resolved", "Delivery address changed."),
        ("follow_up", "设备报修，约定明天上午回电。"),
    ),
    "sales": (
        ("order", "订购 20 台，月底交货。"),
        ("information", "询价，已发报价单。"),
        ("order", "Repeat order, same terms."),
        ("follow_up", "需要样品，请销售跟进。"),
    ),
    "complaints": (
        ("complaint", "货物破损三件，要求补发。"),
        ("complaint", "Late delivery for the second time, wants a call from the manager."),
        ("resolved", "已致歉并退回运费。"),
    ),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who may call in the demo: a customer by one of the numbers."""

    customer_id: int
    number_e164: str
    language: str


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call of the past with what its agent noted, None when nobody spoke."""

    record: CallRecord
    disposition: str | None
    note: str


def past_begins(now: datetime) -> datetime:
    """When the office opened on the first of the DAYS days before `now`."""
    today = now.replace(hour=OFFICE_OPENS_UTC, minute=0, second=0, microsecond=0)
    return today - timedelta(days=DAYS)


def past_calls(callers: Sequence[Caller], now: datetime) -> Iterator[PastCall]:
    """Calls of the DAYS days before `now`, oldest first."""
    chance = random.Random(4001)  # noqa: S311 - the demo has to be the same every time
    number = 0
    for day in range(DAYS):
        opened = past_begins(now) + timedelta(days=day)
        for moment in sorted(chance.uniform(0, OFFICE_SECONDS) for _ in range(CALLS_A_DAY)):
            number += 1
            caller = chance.choice(callers)
            yield _call(chance, f"demo-{number:03}", caller, opened + timedelta(seconds=round(moment)))


def _call(chance: random.Random, call_id: str, caller: Caller, at: datetime) -> PastCall:
    queue = chance.choice(_QUEUES)
    in_menu = _in_menu(call_id, caller, at, queue)
    fate = chance.random()
    wait_s = float(chance.randint(3, 40))
    if fate < 0.06:
        return PastCall(replace(in_menu, ended_at=at + timedelta(seconds=9), outcome="menu"), None, "")
    if fate < 0.18:
        return PastCall(_abandoned(in_menu, queue, wait_s), None, "")
    agent = chance.choice(_AGENTS[queue])
    disposition, note = chance.choice(_NOTES[queue])
    record = _answered(in_menu, queue, agent, wait_s, talk_s=float(chance.randint(45, 420)))
    return PastCall(record, disposition, note)


def _in_menu(call_id: str, caller: Caller, at: datetime, queue: str) -> CallRecord:
    key = _KEYS[queue]
    return CallRecord(
        id=call_id,
        direction="inbound",
        hotline="4001" if caller.language == "zh" else "4002",
        number=caller.number_e164,
        number_e164=caller.number_e164,
        language=caller.language,
        started_at=at,
        end_cause=16,
        customer_id=caller.customer_id,
        source="demo",
        steps=(
            StepRecord("greeting", "say", "done", "", caller.language, at + timedelta(seconds=4)),
            StepRecord("main_menu", "menu", queue, key, caller.language, at + timedelta(seconds=12)),
        ),
    )


def _queued(call: CallRecord) -> datetime:
    return call.started_at + timedelta(seconds=14)


def _abandoned(call: CallRecord, queue: str, wait_s: float) -> CallRecord:
    left_at = _queued(call) + timedelta(seconds=wait_s)
    stint = StintRecord(1, queue, _queued(call), left_at, "abandoned", 0, wait_s)
    return replace(call, ended_at=left_at, outcome="abandoned", queue=queue, wait_s=wait_s, stints=(stint,))


def _answered(call: CallRecord, queue: str, agent: str, wait_s: float, *, talk_s: float) -> CallRecord:
    answered_at = _queued(call) + timedelta(seconds=wait_s)
    ended_at = answered_at + timedelta(seconds=talk_s)
    rang_at = answered_at - timedelta(seconds=min(wait_s, 3.0))
    return replace(
        call,
        answered_at=answered_at,
        ended_at=ended_at,
        outcome="answered",
        queue=queue,
        agent=agent,
        wait_s=wait_s,
        talk_s=talk_s,
        hold_s=0.0,
        stints=(StintRecord(1, queue, _queued(call), answered_at, "answered", 0, wait_s),),
        offers=(OfferRecord(agent, queue, rang_at, answered_at, "answered"),),
        legs=(LegRecord(1, agent, queue, 1, "", answered_at, ended_at, 0.0, 0, "caller_gone", talk_s),),
    )
