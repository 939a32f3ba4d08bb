"""Whole calls with Ringdesk on PostgreSQL: the usual one, and one while its server is away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.real.test_end_to_end import (
    WANG,
    assert_both_sides_are_heard,
    detail,
    earlier,
    pictures,
    pytestmark,
    test_a_call_from_the_trunk_to_the_history,
)
from tests.support.console_page import WAIT_MS, ConsolePage
from tests.support.databases import empty_postgres_url
from tests.support.postgres import PostgresServer, running_postgres
from tests.support.ringdesk_up import RingdeskUp, running_ringdesk
from tests.support.sipp_caller import calling

# The fixtures and tests that are the same on both databases.
__all__ = [
    "earlier",
    "pictures",
    "pytestmark",
    "test_a_call_from_the_trunk_to_the_history",
]


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ringdesk(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RingdeskUp]:
    home = tmp_path_factory.mktemp("ringdesk")
    async with empty_postgres_url(postgres) as url, running_ringdesk(home, database_url=url) as ringdesk:
        yield ringdesk
    assert not list(home.glob("*.db*")), "it was SQLite after all"


async def test_a_call_while_the_server_is_away_is_recorded_when_it_is_back(
    ringdesk: RingdeskUp, postgres: PostgresServer, li_na: ConsolePage, earlier: str, tmp_path: Path
) -> None:
    await asyncio.to_thread(postgres.stop)
    try:
        async with calling(ringdesk.sip_port, tmp_path, number=WANG) as caller:
            await li_na.answer()
            await expect(li_na.part("trouble-storage_trouble")).to_be_visible(timeout=WAIT_MS)
            await li_na.part("btn-hangup").click()
            await li_na.state("wrapping_up")
            assert await caller.hung_up() == 0
    finally:
        await asyncio.to_thread(postgres.start)
    await expect(li_na.part("trouble-storage_trouble")).to_be_hidden(timeout=WAIT_MS)
    await li_na.finish("resolved")
    call = await detail(li_na, earlier)
    assert [s["step"] for s in call["path"]][-2:] == ["main_menu", "sales"]
    assert [(s["queue"], s["outcome"]) for s in call["stints"]] == [("sales", "answered")]
    assert (call["number"], call["legs"][0]["agent"]) == (WANG, "1001")
    assert call["talk_s"] > 0
    await assert_both_sides_are_heard(li_na, call["id"], tmp_path)
