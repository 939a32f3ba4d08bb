"""What comes of a dialled number, on a real Asterisk with a network by SIPp: as heard and as written."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from asterisk_conf.render import Limits
from cti.ami.framing import Framer, parse
from cti.ami.normaliser import WANTED, normalise
from cti.domain import events as ev
from cti.domain.call import Call
from cti.domain.outcome import ended_by, outcome_of
from cti.records.cel import parse_cel
from cti.records.ledger import Ledger
from tests.support.ports import free_ports
from tests.support.sipp_network import RINGS_ON, carrier, network
from tests.support.telephony.ami_tap import AmiTap
from tests.support.telephony.lab import Lab, running_lab
from tests.support.telephony.sip_phone import PhoneCall, SipPhone
from tests.support.waiting import until

ID = "out-0123456789abcdef"
# PJSIP waits for 32 seconds for a network that says nothing.
_ENDS_WITHIN_S = 60.0


@pytest.fixture
def port() -> int:
    """Where the line out leads; nobody is there yet."""
    return free_ports(1)[0]


@asynccontextmanager
async def lab_at(port: int, root: Path) -> AsyncIterator[tuple[Lab, AmiTap, SipPhone]]:
    """An Asterisk with this line out, and the agent's phone."""
    async with running_lab(root, trunks=(carrier(port),)) as lab:
        ami = await lab.tap()
        yield lab, ami, await lab.agent("1001")


async def dial(ami: AmiTap) -> None:
    """Click to dial, as the service does it; the own phone rings for two seconds."""
    variable = f"__RD_CALL={ID}"
    fields = {"Context": "ringdesk-outbound", "Exten": "13900139000", "Priority": "1", "Timeout": "2000"}
    await ami.action(
        "Originate", Channel="PJSIP/1001", ChannelId=ID, Account=ID, Async="true", Variable=variable, **fields
    )


async def answered(ami: AmiTap, agent: SipPhone) -> PhoneCall:
    """The agent takes the ring of the own phone."""
    await dial(ami)
    ringing = await agent.ring()
    await ringing.answer()
    return ringing


async def story(lab: Lab, ami: AmiTap) -> list[tuple[str | None, str | None]]:
    """Outcome and who ended it, as heard and as written."""
    await ami.wait("Hangup", Uniqueid=ID, timeout_s=_ENDS_WITHIN_S)
    await until(partial(_is_written, lab.folders.cel))
    messages = Framer(WANTED).feed(bytes(ami.raw), replies_expected=False)
    heard = Call.started(
        ev.CallStarted(
            at=next(e for m in messages for e in normalise(parse(m))).at,
            call_id=ID,
            direction=ev.Direction.OUTBOUND,
            number="13900139000",
            agent="1001",
        )
    )
    for message in messages:
        for event in normalise(parse(message)):
            if isinstance(event, ev.CallEvent) and event.call_id == ID:
                heard.apply(event)
    ledger = Ledger()
    for placed in parse_cel(lab.folders.cel.read_bytes()).records:
        ledger.add_record(placed.record)
    first, *others = ledger.calls[ID].events()
    assert isinstance(first, ev.CallStarted)
    written = Call.started(first)
    for event in others:
        written.apply(event)
    return [(outcome_of(call), ended_by(call)) for call in (heard, written)]


async def _is_written(cel: Path) -> bool:
    return '"LINKEDID_END"' in await asyncio.to_thread(cel.read_text)


@pytest.mark.parametrize(
    ("status", "outcome", "by"),
    [
        ("486 Busy Here", "busy", "customer"),
        ("603 Decline", "declined", "customer"),
        ("404 Not Found", "unknown_number", "line"),
        ("480 Temporarily Unavailable", "unavailable", "line"),
        ("503 Service Unavailable", "congestion", "line"),
        ("500 Server Internal Error", "congestion", "line"),
        ("403 Forbidden", "line_refused", "line"),
        ("488 Not Acceptable Here", "failed", "line"),
        # What a carrier writes goes into no message of ours.
        ("603 ,Status: ANSWER", "declined", "customer"),
    ],
)
async def test_what_the_network_says_is_what_is_known_of_the_call(
    port: int, tmp_path: Path, status: str, outcome: str, by: str
) -> None:
    async with network(port, tmp_path, status), lab_at(port, tmp_path) as (lab, ami, agent):
        await answered(ami, agent)
        assert await story(lab, ami) == [(outcome, by)] * 2


@pytest.mark.timeout(120)  # PJSIP waits for 32 seconds.
async def test_a_network_that_says_nothing_is_told_from_a_customer_who_does_not_answer(
    port: int,
    tmp_path: Path,
) -> None:
    async with lab_at(port, tmp_path) as (lab, ami, agent):
        await answered(ami, agent)
        assert await story(lab, ami) == [("line_silent", "line")] * 2


async def test_a_customer_who_lets_it_ring_did_not_answer(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asterisk_conf.render.Limits", partial(Limits, outbound_seconds=2))
    async with network(port, tmp_path, RINGS_ON), lab_at(port, tmp_path) as (lab, ami, agent):
        await answered(ami, agent)
        assert await story(lab, ami) == [("no_answer", "timeout")] * 2


@pytest.mark.parametrize("how", ["at the phone", "in the console"])
async def test_an_agent_who_hangs_up_while_it_rings_at_the_customer_gave_up(
    port: int, tmp_path: Path, how: str
) -> None:
    async with network(port, tmp_path, RINGS_ON), lab_at(port, tmp_path) as (lab, ami, agent):
        ringing = await answered(ami, agent)
        await ami.wait("DialState", DialStatus="RINGING", DestContext="ringdesk-trunk")
        if how == "at the phone":
            await ringing.hang_up()
        else:
            await ami.action("Hangup", Channel=ID, Cause="16")
        assert await story(lab, ami) == [("cancelled", "agent")] * 2


async def test_an_own_phone_that_is_not_answered_is_not_the_customers_no_answer(
    port: int, tmp_path: Path
) -> None:
    async with lab_at(port, tmp_path) as (lab, ami, agent):
        await dial(ami)
        await agent.ring()
        assert await story(lab, ami) == [("agent_no_answer", "timeout")] * 2


@pytest.mark.parametrize("status", ["603 Decline", "486 Busy Here"])
async def test_an_own_phone_that_declines_is_not_the_customers_decline(
    port: int, tmp_path: Path, status: str
) -> None:
    async with lab_at(port, tmp_path) as (lab, ami, agent):
        await dial(ami)
        (await agent.ring()).refuse(status)
        assert await story(lab, ami) == [("agent_declined", "agent")] * 2


async def test_an_agent_who_gives_up_while_the_own_phone_rings_gave_up(port: int, tmp_path: Path) -> None:
    async with lab_at(port, tmp_path) as (lab, ami, agent):
        await dial(ami)
        await agent.ring()
        await ami.action("Hangup", Channel=ID, Cause="16")
        assert await story(lab, ami) == [("cancelled", "agent")] * 2
