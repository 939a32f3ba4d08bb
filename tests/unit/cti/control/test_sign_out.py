"""Who leaves the queues, by their own wish or by somebody else's."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cti.control import commands as cmd
from cti.control.commands import Each, Observation
from cti.control.rules import Context, Plan, plan
from cti.domain import events as ev
from cti.domain.agent import AgentInfo
from cti.domain.floor import Directory, Floor
from cti.domain.queue import QueueInfo
from tests.support.desk import no_test_call

T0 = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DIRECTORY = Directory(
    agents={"1001": AgentInfo("1001", 1, "lina", "Li Na")},
    queues={"sales": QueueInfo("sales", "sales", "sales")},
    timezone=ZoneInfo("UTC"),
)


def planned(by: str, *before: ev.Event) -> Plan:
    floor = Floor(DIRECTORY, epoch="e", now=T0)
    for event in (ev.LinkUp(at=T0), *before):
        floor.apply(event)
    command = cmd.SignOut("1001", by=by, reason="Went home")
    return plan(Context(floor, T0, {}, no_test_call), command)


MEMBER = ev.MemberAdded(at=T0, agent="1001", queue="sales")


def test_sign_out_leaves_exactly_the_queues_the_agent_is_in() -> None:
    (step,) = planned("lina", MEMBER).steps
    assert isinstance(step, Each)
    assert [(it.headers["Action"], it.headers["Queue"]) for it in step.actions] == [("QueueRemove", "sales")]


def test_who_is_signed_out_by_somebody_else_is_told_after_it_was_done() -> None:
    *_, told = planned("zhaomin", MEMBER).steps
    assert isinstance(told, Observation)
    assert isinstance(told.event, ev.AgentSignedOut)
    assert (told.event.by, told.event.reason) == ("zhaomin", "Went home")
    assert planned("zhaomin").steps == ()
