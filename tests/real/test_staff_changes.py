"""Whoever is out is out everywhere: session, console, phone, queues and floor, while Ringdesk takes calls."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from asterisk_conf.secrets import phone_password
from cti.ami.questions import is_registered
from cti.settings import AmiSettings
from ringdesk.installation.ami_session import ami_session
from storage.database import Database
from storage.repositories.routing import Queues
from storage.repositories.users import Agents
from storage.tables import Queue
from tests.support.rest_desk import RestDesk, rest_desk
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk
from tests.support.telephony.sip_phone import PhoneCall, Refused, SipPhone
from tests.support.waiting import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

WITHIN_S = 10
LONGER_THAN_THE_GUARD_S = 5


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ringdesk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RingdeskUp]:
    async with running_ringdesk(tmp_path_factory.mktemp("ringdesk")) as ringdesk:
        yield ringdesk


async def users(ringdesk: RingdeskUp, *words: str, typed: str = "") -> str:
    """A command that has to work; what it printed."""
    status, printed = await ringdesk.command("users", *words, typed=typed)
    assert status == 0, printed
    return printed


async def password_of(ringdesk: RingdeskUp, extension: str) -> str:
    """What `ringdesk users phone` shows, without the cost of the command."""
    database = Database(f"sqlite:///{ringdesk.home / 'ringdesk.db'}")
    async with database.session() as session:
        agent = await Agents(session).by_extension(extension)
    await database.close()
    assert agent is not None
    master = (ringdesk.home / "secrets" / "phones").read_text().strip()
    return phone_password(master, extension, agent.phone_epoch)


@asynccontextmanager
async def desk_phone(ringdesk: RingdeskUp, extension: str) -> AsyncIterator[SipPhone]:
    phone = await SipPhone(extension, ringdesk.sip_port, await password_of(ringdesk, extension)).open()
    try:
        await phone.register()
        yield phone
    finally:
        phone.close()


async def registered(ringdesk: RingdeskUp, extension: str) -> bool:
    secret = SecretStr((ringdesk.home / "secrets" / "ami").read_text().strip())
    async with ami_session(AmiSettings(port=ringdesk.ami_port, secret=secret)) as link:
        return await is_registered(link, extension)


async def queues_of(ringdesk: RingdeskUp, extension: str) -> set[str]:
    """As Asterisk's own `queue show` has it."""
    return {queue for agent, queue, _ in await ringdesk.members() if agent == extension}


async def go_ready(desk: RestDesk, ext: str) -> None:
    await desk.until(lambda it: it.state["agents"][ext]["phone"] == "reachable")
    assert (await desk.ask("POST", "/agent/ready")).status_code == 204
    await desk.until(lambda it: it.state["agents"][ext]["presence"] == "ready")


@asynccontextmanager
async def in_conversation(ringdesk: RingdeskUp, phone: SipPhone) -> AsyncIterator[PhoneCall]:
    """A caller from the trunk, answered by the phone."""
    caller = await SipPhone("+8613800138000", ringdesk.sip_port).open()
    dialled = await caller.dial("4002")
    try:
        await dialled.press("1")
        call = await phone.ring(60)
        await call.answer()
        yield call
    finally:
        await dialled.hang_up()
        caller.close()
        await ringdesk.hang_up_all()


async def test_a_phone_with_an_old_password_is_out_at_once_and_does_not_come_back(
    ringdesk: RingdeskUp,
) -> None:
    async with desk_phone(ringdesk, "1001") as phone:
        assert await registered(ringdesk, "1001")
        shown = await users(ringdesk, "phone", "lina", "--new-secret", "--kind", "desk")
        assert not await registered(ringdesk, "1001")
        with pytest.raises(Refused, match="401"):
            await phone.register()
    async with desk_phone(ringdesk, "1001"):
        assert await registered(ringdesk, "1001")
    assert (await password_of(ringdesk, "1001")) in shown


async def test_another_master_secret_counts_without_a_restart(ringdesk: RingdeskUp) -> None:
    async with desk_phone(ringdesk, "1001"), rest_desk(ringdesk, "zhaomin") as supervisor:
        before = supervisor.me["phone"]["password"]
        (ringdesk.home / "secrets" / "phones").write_text("another-master-secret-of-forty-three-letters\n")

        async def out() -> bool:
            return not await registered(ringdesk, "1001")

        await until(out, WITHIN_S)
        me = (await supervisor.ask("GET", "/session")).json()
        assert me["phone"]["password"] != before
    async with desk_phone(ringdesk, "1001"):
        pass


async def test_who_is_deactivated_in_mid_call_is_out_and_the_call_ends_as_calls_end(
    ringdesk: RingdeskUp,
) -> None:
    async with (
        rest_desk(ringdesk, "zhaomin") as supervisor,
        rest_desk(ringdesk, "lina") as console,
        desk_phone(ringdesk, "1001") as phone,
    ):
        await go_ready(console, "1001")
        async with in_conversation(ringdesk, phone) as call:
            await supervisor.until(lambda it: it.state["agents"]["1001"]["activity"] == "talking")
            await users(ringdesk, "deactivate", "lina")
            assert not await registered(ringdesk, "1001")
            await console.until(lambda it: it.close_code == 4411, WITHIN_S)
            assert (await console.ask("GET", "/session")).status_code == 401
            await until(lambda: empty(queues_of(ringdesk, "1001")), WITHIN_S)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(LONGER_THAN_THE_GUARD_S):
                    await call.ended.wait()
            assert supervisor.state["agents"]["1001"]["activity"] == "talking"
            await call.hang_up()
            await supervisor.until(lambda it: "1001" not in it.state["agents"], WITHIN_S)
        await users(ringdesk, "activate", "lina")
        await supervisor.until(lambda it: "1001" in it.state["agents"], WITHIN_S)
    async with desk_phone(ringdesk, "1001"), rest_desk(ringdesk, "lina") as console:
        await go_ready(console, "1001")


async def empty(found: object) -> bool:
    return not await found  # type: ignore[misc]


async def test_queues_follow_what_the_firm_says_also_for_who_is_signed_in(ringdesk: RingdeskUp) -> None:
    async with rest_desk(ringdesk, "wangwei") as console, desk_phone(ringdesk, "1002"):
        await go_ready(console, "1002")
        await console.ask("POST", "/agent/pause", {"reason": "lunch"})
        await console.until(lambda it: it.state["agents"]["1002"]["presence"] == "paused")
        await users(ringdesk, "queues", "wangwei", "sales", "complaints")
        await console.until(lambda it: it.state["agents"]["1002"]["queues"] == ["complaints", "sales"])
        assert await queues_of(ringdesk, "1002") == {"complaints", "sales"}
        assert {reason for agent, _, reason in await ringdesk.members() if agent == "1002"} == {"lunch"}
        await users(ringdesk, "queues", "wangwei", "--none")
        await console.until(lambda it: it.state["agents"]["1002"]["presence"] == "signed_out")
        assert await queues_of(ringdesk, "1002") == set()


async def test_a_queue_is_in_asterisk_soon_after_it_is_in_the_database_and_a_wrong_one_keeps_all_out(
    ringdesk: RingdeskUp,
) -> None:
    database = Database(f"sqlite:///{ringdesk.home / 'ringdesk.db'}")

    async def put(name: str) -> None:
        async with database.transaction() as session:
            await Queues(session).put(Queue(name=name, title_zh="维修", title_en="Repairs"))

    async def in_asterisk(name: str) -> bool:
        return name in {queue.name for queue in (await ringdesk.snapshot()).queues}

    async def configuration(beginning: str) -> bool:
        return (await ringdesk.health()).checks["configuration"].startswith(beginning)

    async with rest_desk(ringdesk, "zhaomin") as supervisor:
        await put("repairs")
        await supervisor.until(lambda it: "repairs" in it.state["queues"], WITHIN_S)
        await until(lambda: in_asterisk("repairs"), WITHIN_S)
        await put("two words")
        await until(lambda: configuration("Asterisk cannot be configured"), WITHIN_S)
        await put("returns")
        assert not await in_asterisk("returns")
        assert "two words" not in supervisor.state["queues"]
        async with database.transaction() as session:
            await session.delete(await session.get_one(Queue, "two words"))
        await supervisor.until(lambda it: "returns" in it.state["queues"], WITHIN_S)
        await until(lambda: in_asterisk("returns"), WITHIN_S)
        assert await configuration("ok")
    await database.close()


async def test_another_role_is_there_at_an_open_console_at_once(ringdesk: RingdeskUp) -> None:
    async with rest_desk(ringdesk, "zhaomin") as console:
        await users(ringdesk, "role", "zhaomin", "agent")
        await console.until(lambda it: it.close_code == 4409, WITHIN_S)
        refused = await console.ask("POST", "/agents/1001/signout", {"reason": "no right"})
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_an_extension_that_goes_to_somebody_else_takes_nothing_of_the_first_one_along(
    ringdesk: RingdeskUp,
) -> None:
    async with rest_desk(ringdesk, "admin") as admin:
        async with rest_desk(ringdesk, "lina") as lina, desk_phone(ringdesk, "1001") as phone:
            await go_ready(lina, "1001")
            await users(ringdesk, "extension", "lina", "1009")
            assert not await registered(ringdesk, "1001")
            await users(ringdesk, "extension", "wangwei", "1001")
            await lina.until(lambda it: it.close_code == 4409, WITHIN_S)
            await admin.until(lambda it: it.state["agents"].get("1001", {}).get("login") == "wangwei")
            assert await queues_of(ringdesk, "1001") == set()
            assert not await registered(ringdesk, "1001")
            with pytest.raises(Refused):
                await phone.register()
        await admin.until(lambda it: "1002" not in it.state["agents"])
        await admin.until(lambda it: it.state["agents"]["1009"]["login"] == "lina")
        assert admin.state["agents"]["1001"]["presence"] == "signed_out"


async def test_what_changed_while_the_service_was_away_counts_when_it_is_back(
    ringdesk: RingdeskUp, tmp_path: Path
) -> None:
    async with desk_phone(ringdesk, "1009"):
        async with rest_desk(ringdesk, "lina") as lina:
            await go_ready(lina, "1009")
        ringdesk.kill("service")
        await users(ringdesk, "extension", "lina", "--none")
        await ringdesk.until_healthy()
        await until(lambda: empty(queues_of(ringdesk, "1009")), WITHIN_S)
        assert not await registered(ringdesk, "1009")
    async with rest_desk(ringdesk, "admin") as admin:
        assert "1009" not in admin.state["agents"]
