"""Who may see which call."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_console.gateway.visibility import Viewer, in_question, sees
from cti.domain.views import AgentView, CallView
from tests.support.views import agent_view, call_view

LINA = Viewer("1001", False)
SUPERVISOR = Viewer("1003", True)
NOBODY = Viewer(None, False)


def call(id: str = "rd-1", state: str = "queued", **values: Any) -> CallView:
    return call_view(id, state, **values)


def agent(**values: Any) -> AgentView:
    return agent_view("1001", **values)


def some(own: AgentView | None) -> list[AgentView]:
    return [] if own is None else [own]


@pytest.mark.parametrize(
    ("seen", "the_call", "own"),
    [
        (True, call(), agent()),
        (True, call(state="ringing", agent="1002"), agent()),
        (False, call(), agent(queues=["sales"])),
        (False, call(queue=None, state="menu"), agent()),
        (False, call(state="talking", agent="1002"), agent()),
        (False, call(state="ended", agent="1002"), agent()),
        (True, call(queue=None, state="menu", test=True), agent()),
        (True, call(queue="sales", test=True), agent()),
        (True, call(state="talking", agent="1001"), agent(queues=[])),
        (True, call(state="ended", agent="1001"), agent(queues=[])),
        (True, call(state="talking", agent="1002"), agent(wrap_up_call="rd-1", queues=[])),
        (True, call(state="ringing", agent="1002"), agent(call="rd-1", queues=[])),
        (True, call(state="talking", agent="1001"), None),
        (False, call(), None),
    ],
)
def test_an_agent_sees_their_own_calls_and_those_that_wait_for_them(
    seen: bool, the_call: CallView, own: AgentView | None
) -> None:
    assert sees(LINA, the_call, some(own)) is seen


@pytest.mark.parametrize("state", ["menu", "queued", "ringing", "talking", "holding", "ended"])
def test_a_supervisor_sees_every_call_and_a_user_without_phone_none(state: str) -> None:
    assert sees(SUPERVISOR, call(state=state), [])
    assert not sees(NOBODY, call(state=state), [agent()])


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [
        ({"rd-1"}, agent(), agent(call="rd-1")),
        ({"rd-1"}, agent(call="rd-1"), agent(call="rd-1", wrap_up_call="rd-1")),
        ({"rd-1", "rd-2"}, agent(wrap_up_call="rd-1"), agent(call="rd-2")),
        ({"rd-1"}, agent(wrap_up_call="rd-1"), agent()),
        ({"rd-1", "rd-2", "rd-3"}, agent(), agent(queues=["sales"])),
        ({"rd-1", "rd-2", "rd-3"}, None, agent()),
        ({"rd-1", "rd-2", "rd-3"}, agent(), None),
    ],
)
def test_a_ring_puts_no_other_calls_in_question(
    asked: set[str], before: AgentView | None, after: AgentView | None
) -> None:
    calls = [call(id=id_, state=state) for id_ in ("rd-1", "rd-2", "rd-3") for state in ("queued", "talking")]
    assert set(in_question(before, after, ["rd-1", "rd-2", "rd-3"])) == asked
    for others in (it for it in calls if it.id not in asked):
        assert sees(LINA, others, some(before)) is sees(LINA, others, some(after))


exts = st.sampled_from(["1001", "1002", "1003", "1004"])
some_queues = st.sampled_from(["service", "sales", "complaints"])
some_calls = st.builds(
    lambda state, queue, agent, test: call_view("a", state, queue=queue, agent=agent, test=test),
    st.sampled_from(["menu", "queued", "ringing", "talking", "ended"]),
    st.none() | some_queues,
    st.none() | exts,
    st.booleans(),
)
floors = st.dictionaries(
    exts, st.tuples(st.none() | st.sampled_from(["a", "b"]), st.none() | st.just("a"), st.sets(some_queues))
)


@given(some_calls, floors, st.none() | exts, st.frozensets(exts))
def test_who_leads_a_team_sees_what_one_of_them_sees_and_nothing_else(
    the_call: CallView,
    floor: dict[str, tuple[str | None, str | None, set[str]]],
    own: str | None,
    team: frozenset[str],
) -> None:
    agents = {
        ext: agent_view(ext, call=call_id, wrap_up_call=wrap_up, queues=queues)
        for ext, (call_id, wrap_up, queues) in floor.items()
    }
    viewer = Viewer(own, False, team=team)
    of_team = [agents[ext] for ext in viewer.extensions if ext in agents]
    slowly = any(
        sees(Viewer(ext, False), the_call, [agents[ext]] if ext in agents else [])
        for ext in ["1001", "1002", "1003", "1004"]
        if ext == own or ext in team
    )
    assert sees(viewer, the_call, of_team) is slowly


def test_two_with_one_sight_share_what_is_made_for_them_and_others_do_not() -> None:
    both = [Viewer("1003", False, team=frozenset(["1001", "1002"])) for _ in range(2)]
    assert len({viewer.scope for viewer in both}) == 1
    others = [
        LINA,
        SUPERVISOR,
        NOBODY,
        Viewer("1003", False, team=frozenset(["1001"])),
        Viewer("1003", False),
    ]
    assert len({viewer.scope for viewer in [both[0], *others]}) == 6
