"""What the history tells an agent of a call."""

from typing import Any

from tests.support.console_page import ConsolePage
from tests.support.waiting import until


async def ended(page: ConsolePage, call_id: str) -> Any:
    """The call as the history has it, once its end is written."""

    async def told() -> Any:
        call = await page.api("GET", f"/calls/{call_id}")
        return call if call["ended_at"] else None

    return await until(told)


async def noted_by(page: ConsolePage, call_id: str, agent: str) -> list[tuple[int, str, str, str]]:
    """What the history has of an agent's after-call work on a call."""
    wrap_ups = (await page.api("GET", f"/calls/{call_id}"))["wrap_ups"]
    return sorted(
        (it["turn"], it["note"], it["disposition"], it["status"]) for it in wrap_ups if it["agent"] == agent
    )


async def audible_of_newest_call(page: ConsolePage) -> list[tuple[str, bool]]:
    """Whose its two recordings are, and whether this user may hear them, once both are stored."""
    newest = (await page.api("GET", "/calls?limit=1"))["items"][0]["id"]

    async def stored() -> list[tuple[str, bool]] | None:
        recordings = (await page.api("GET", f"/calls/{newest}"))["recordings"]
        done = [(it["agent"], it["audible"]) for it in recordings if it["state"] == "stored"]
        return sorted(done) if len(done) == 2 else None

    return await until(stored)
