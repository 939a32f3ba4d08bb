"""Which of several customers called: chosen by the agent who has the call, from the ringing on."""

from dataclasses import replace

import pytest

from crm.rules.caller import CallerRecord, Match
from cti.control import commands as cmd
from cti.control.commands import Observation
from cti.domain import events as ev
from tests.support.callers import card
from tests.unit.cti.control.test_rules import RINGING, TALKING, at, floor, planned, refusal

SHARED = CallerRecord(Match.SEVERAL, customers=(card(7), card(8)))
IDENTIFIED = ev.CallerIdentified(at=at(2), call_id="c1", number_e164="+86138", record=SHARED)


@pytest.mark.parametrize("so_far", [(), (TALKING[-1],), (TALKING[-1], ev.CallEnded(at=at(9), call_id="c1"))])
@pytest.mark.parametrize("up", [True, False])
def test_the_customer_is_chosen_from_the_ringing_to_the_end_of_the_work(
    so_far: tuple[ev.Event, ...], up: bool
) -> None:
    it = floor(*RINGING, IDENTIFIED, *so_far, up=up)
    for customer in (8, 7):
        (step,) = planned(it, cmd.ChooseCustomer("c1", "1001", customer)).steps
        assert isinstance(step, Observation)
        assert it.apply(step.event).drift is None
        assert it.calls["c1"].record == replace(SHARED, chosen=customer)
    assert it.calls["c1"].number_e164 == "+86138"
    assert planned(it, cmd.ChooseCustomer("c1", "1001", 7)).steps == ()


def test_nobody_but_a_candidate_can_be_chosen_and_only_by_who_has_the_call() -> None:
    it = floor(*RINGING, IDENTIFIED)
    assert refusal(it, cmd.ChooseCustomer("c1", "1001", 9)) == "not_a_candidate"
    assert refusal(it, cmd.ChooseCustomer("c1", "1002", 7)) == "not_your_call"
    assert refusal(it, cmd.ChooseCustomer("gone", "1001", 7)) == "not_your_call"
    found = replace(IDENTIFIED, record=replace(SHARED, match=Match.FOUND))
    for known in (floor(*RINGING), floor(*RINGING, found)):
        assert refusal(known, cmd.ChooseCustomer("c1", "1001", 7)) == "not_a_candidate"
