"""Asterisk goes on while nobody listens: afterwards the floor knows all of it but the holds."""

import asyncio

from cti.domain import events as ev
from cti.domain.call import Call
from cti.domain.call_state import CallState
from tests.support.ears import Cable, Memory, listening
from tests.support.telephony.ami_tap import AmiTap
from tests.support.telephony.lab import Lab
from tests.support.telephony.menu_server import MenuServer
from tests.support.waiting import until

WANG, LIU = "+8613800138000", "+8613900139000"
MENU = (
    'EXEC UserEvent "RingdeskStep,RD_CALL: {call},Step: main,Kind: menu,Exit: sales,Keys: 2,Lang: zh"',
    'EXEC CELGenUserEvent RD_STEP,"main|menu|sales|2|zh"',
    "SET VARIABLE RD_QUEUE sales",
    "SET VARIABLE RD_RESULT queue",
)


async def _gives_up(lab: Lab, ami: AmiTap, number: str) -> None:
    caller = await (await lab.caller(number)).dial("4001")
    await ami.wait("QueueCallerJoin", CallerIDNum=number)
    await caller.hang_up()
    await ami.wait("Hangup", CallerIDNum=number)


def _was_transferred_with_a_hold_unheard(call: Call) -> None:
    assert [(leg.agent, leg.end, leg.hold_s) for leg in call.legs] == [
        ("1001", ev.LegEnd.TRANSFERRED, None),
        ("1002", None, None),
    ]
    assert [(s.queue, s.outcome) for s in call.stints] == [
        ("service", ev.StintOutcome.ANSWERED),
        ("sales", ev.StintOutcome.ANSWERED),
    ]


async def test_a_link_that_breaks_in_mid_call_hides_nothing_but_holds(lab: Lab) -> None:
    """In the gap: a hold, a blind transfer that 1002 answers, a pause, and a second caller who gives up."""
    ami, memory = await lab.tap(), Memory()
    cable = await Cable(lab.spec.ports.ami).open()
    async with listening(lab, memory, cable.port) as ears:
        await ears.until_hearing()
        first = await lab.agent("1001", "service", ami=ami)
        second = await lab.agent("1002", "sales", ami=ami)
        wang = await (await lab.caller(WANG)).dial("4001")
        talking = await first.ring()
        await talking.answer()
        call = await ears.until_call(WANG, CallState.TALKING)

        cable.cut()
        await ears.until_hearing(False)
        await talking.hold()
        await talking.resume()
        await ami.action(
            "Redirect", Channel=call.channel, Context="ringdesk-queue", Exten="sales", Priority="1"
        )
        await (await second.ring()).answer()
        await ami.wait("AgentConnect", Queue="sales")
        await ami.action("QueuePause", Interface="PJSIP/1001", Paused="true", Reason="lunch")
        await _gives_up(lab, ami, LIU)
        cable.mend()
        await ears.until_hearing()

        _was_transferred_with_a_hold_unheard(call)
        missed = await ears.until_call(LIU, CallState.ENDED)
        assert [s.outcome for s in missed.stints] == [ev.StintOutcome.ABANDONED]
        assert ears.floor.agents["1001"].reason == "lunch"
        (gap,) = ears.floor.system.gaps
        assert gap.recovered

        await wang.hang_up()
        await ears.until_call(WANG, CallState.ENDED)
        await ears.until_settled(call)
        assert call.legs[1].end is ev.LegEnd.CALLER_GONE
        assert ears.floor.queues["service"].counts.abandoned == 1
        assert ears.drifts == []
    await cable.close()


async def test_calls_from_before_the_service_began_are_whole(lab: Lab) -> None:
    """One call is over, one is in conversation, one waits: then the service starts, and later all end."""
    ami, memory = await lab.tap(), Memory()
    menu = await MenuServer(MENU).start(lab.spec.ports.agi)
    agent = await lab.agent("1001", "sales", ami=ami)
    gone = await (await lab.caller(LIU)).dial("4001")
    await (await agent.ring()).answer()
    await ami.wait("AgentConnect")
    await gone.hang_up()
    await ami.wait("AgentComplete")
    wang = await (await lab.caller(WANG)).dial("4001")
    talking = await agent.ring()
    await talking.answer()
    await ami.wait("BridgeEnter", CallerIDNum=WANG)
    waiting = await (await lab.caller("+861")).dial("4001")
    await ami.wait("QueueCallerJoin", CallerIDNum="+861")

    async with listening(lab, memory) as ears:
        await ears.until_hearing()
        over = await ears.until_call(LIU, CallState.ENDED)
        call = await ears.until_call(WANG, CallState.TALKING)
        await ears.until_call("+861", CallState.QUEUED)
        for each in (over, call):
            assert [(s.step, s.exit, s.keys) for s in each.path] == [("main", "sales", "2")]
            assert (each.hotline, each.language, len(each.recordings)) == ("4001", "zh", 1)
            assert [(leg.agent, leg.queue, leg.hold_s) for leg in each.legs] == [("1001", "sales", None)]
        assert over.legs[0].end is ev.LegEnd.CALLER_GONE
        await talking.hang_up()
        await wang.ended.wait()
        await ears.until_call(WANG, CallState.ENDED)
        assert call.legs[0].end is ev.LegEnd.HANGUP
        await (await agent.ring()).answer()
        await waiting.hang_up()
        late = await ears.until_call("+861", CallState.ENDED)
        assert [leg.hold_s for leg in late.legs] in ([0.0], [])
        for each in (over, call, late):
            await ears.until_settled(each)
        assert ears.drifts == []
    await menu.stop()


async def test_a_service_that_is_killed_in_mid_call_goes_on_from_its_bookmark(lab: Lab) -> None:
    """The first life hears the beginning, nobody the middle, the second life the end."""
    ami, memory = await lab.tap(), Memory()
    agent = await lab.agent("1001", "service", ami=ami)
    async with listening(lab, memory) as ears:
        await ears.until_hearing()
        stored = await (await lab.caller(LIU)).dial("4001")
        await (await agent.ring()).answer()
        await ears.until_call(LIU, CallState.TALKING)
        await stored.hang_up()
        first = await ears.until_call(LIU, CallState.ENDED)
        await ears.until_settled(first)
        wang = await (await lab.caller(WANG)).dial("4001")
        talking = await agent.ring()
        begun = await ears.until_call(WANG, CallState.RINGING)
    await talking.answer()
    await ami.wait("AgentConnect", CallerIDNum=WANG)
    await talking.hold()
    await ami.action("QueuePause", Interface="PJSIP/1001", Paused="true", Reason="lunch")

    async with listening(lab, memory) as ears:
        await ears.until_hearing()
        call = await ears.until_call(WANG, CallState.TALKING)
        assert call.id == begun.id
        assert list(ears.floor.calls) == [call.id]
        assert abs(call.started_at - begun.started_at).total_seconds() < 0.25
        assert ears.floor.agents["1001"].reason == "lunch"
        await wang.hang_up()
        await ears.until_call(WANG, CallState.ENDED)
        await ears.until_settled(call)
        assert [(leg.agent, leg.end, leg.hold_s) for leg in call.legs] == [
            ("1001", ev.LegEnd.CALLER_GONE, None)
        ]
        assert ears.drifts == []


async def test_an_event_that_was_lost_on_the_way_is_found_and_repaired(lab: Lab) -> None:
    """The link stands, but the floor never hears that the agent answered."""
    ami, memory = await lab.tap(), Memory()
    async with listening(lab, memory) as ears:
        await ears.until_hearing()
        agent = await lab.agent("1001", "service", ami=ami)
        ears.lose = ev.LegStarted
        wang = await (await lab.caller(WANG)).dial("4001")
        await (await agent.ring()).answer()
        await ami.wait("AgentConnect")
        await asyncio.sleep(1)
        await wang.hang_up()
        call = await ears.until_call(WANG, CallState.ENDED)
        assert call.legs == []

        async def found() -> bool:
            return bool(call.legs)

        await until(found)
        assert [(leg.agent, leg.queue, leg.hold_s) for leg in call.legs] == [("1001", "service", None)]
        assert [s.outcome for s in call.stints] == [ev.StintOutcome.ANSWERED]
        assert {drift.subject.rpartition(" ")[2] for drift in ears.drifts} == {"stints", "offers", "legs"}
        assert ears.floor.queues["service"].counts.answered == 1
        assert ears.floor.queues["service"].counts.abandoned == 0
