"""The health of the service is what its parts say, and one of them can make all of it degraded."""

import asyncio

from ringdesk.assembly.part import Check, Health, Part


async def for_ever() -> None:
    await asyncio.Event().wait()


def test_the_health_is_collected_from_the_parts_as_they_are_at_that_moment() -> None:
    flows = Check("flows", "ok")
    health = Health()
    assert health() == {"status": "ok", "checks": {}}
    health.follow(
        [
            Part("menus", for_ever, health=lambda: (flows, Check("menus", "ok"))),
            Part("quiet", for_ever),
            Part("line", for_ever, health=lambda: (Check("line out", "no way to the number"),)),
        ]
    )
    checks = {"flows": "ok", "menus": "ok", "line out": "no way to the number"}
    assert health() == {"status": "ok", "checks": checks}
    flows = Check("flows", "none", keeps_from_calls=True)
    assert health() == {"status": "degraded", "checks": {**checks, "flows": "none"}}
