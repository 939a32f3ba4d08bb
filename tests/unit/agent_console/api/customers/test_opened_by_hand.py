"""Who opens a customer by hand is in the audit; what a call brought to the screen is not."""

from datetime import timedelta

from crm.rules.caller import CallerRecord, CustomerCard, Match
from cti.domain.events import AgentRung, CallerIdentified, CallStarted, QueueEntered
from storage.repositories.audit import Audit
from tests.support.waiting import until
from tests.unit.agent_console.moments import NOON
from tests.unit.agent_console.past import add_customer
from tests.unit.agent_console.world import World
from tests.unit.storage.builders import a_customer


async def opened(world: World) -> list[tuple[int | None, str, str]]:
    async with world.db.session() as session:
        entries = [it for it in await Audit(session).newest() if it.action == "customer_open"]
    return [(it.user_id, it.object, it.result) for it in reversed(entries)]


async def test_a_customer_opened_by_hand_is_noted_once_for_each_who_looks(world: World) -> None:
    number = await add_customer(world.db, a_customer("王芳", "+8613800138000"))
    lina, zhao = await world.browser("lina"), await world.browser("zhaomin")
    for _ in range(3):
        assert (await lina.get(f"/api/v1/customers/{number}")).status_code == 200
    assert (await zhao.get(f"/api/v1/customers/{number}")).status_code == 200
    assert (await lina.get("/api/v1/customers/999")).status_code == 404
    one = f"customer:{number}"
    assert await opened(world) == [(1, one, "done"), (3, one, "done"), (1, "customer:999", "refused")]
    world.clock.advance(minutes=11)
    await lina.get(f"/api/v1/customers/{number}")
    assert (await opened(world))[-1] == (1, one, "done")
    # The search is no record that somebody opened.
    await lina.get("/api/v1/customers?q=王芳")
    assert len(await opened(world)) == 4


async def test_the_customer_who_calls_came_with_the_call(world: World) -> None:
    number = await add_customer(world.db, a_customer("王芳", "+8613800138000"))
    card = CustomerCard(number, "王芳", "", None, "", (), "zh", "王芳", "", "")
    record = CallerRecord(Match.FOUND, "138", (card,))
    world.live.observe_all(
        [
            CallStarted(at=NOON, call_id="rd-1", number="13800138000"),
            CallerIdentified(at=NOON, call_id="rd-1", number_e164="+8613800138000", record=record),
            QueueEntered(at=NOON, call_id="rd-1", queue="service"),
            AgentRung(at=NOON + timedelta(seconds=1), call_id="rd-1", agent="1001"),
        ]
    )

    async def rung() -> bool:
        own = world.services.hub.agent("1001")
        return own is not None and own.call_id == "rd-1"

    await until(rung)
    lina, wang = await world.browser("lina"), await world.browser("wangwei")
    assert (await lina.get(f"/api/v1/customers/{number}")).status_code == 200
    assert await opened(world) == []
    assert (await wang.get(f"/api/v1/customers/{number}")).status_code == 200
    assert await opened(world) == [(2, f"customer:{number}", "done")]
