"""Asterisk is brought what is wanted, once, and what could not be brought is tried again."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.spec import AgentSpec, TelephonySpec
from ringdesk.assembly import configuration as module
from ringdesk.assembly.configuration import Configuration
from tests.support.waiting import until
from tests.unit.asterisk_conf.builders import SECRETS


def spec(*extensions: str) -> TelephonySpec:
    return TelephonySpec(SECRETS, agents=tuple(map(AgentSpec, extensions)))


class Asterisk:
    """Keeps each spec that it was brought."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.specs: list[TelephonySpec] = []
        self.trouble: Exception | None = None
        self.tried = 0
        monkeypatch.setattr(module, "apply", self._apply)

    async def _apply(self, server: Any, spec: TelephonySpec) -> tuple[Path, ...]:
        self.tried += 1
        if self.trouble is not None:
            raise self.trouble
        self.specs.append(spec)
        return (Path("pjsip.conf"),)


@pytest.fixture
def asterisk(monkeypatch: pytest.MonkeyPatch) -> Asterisk:
    return Asterisk(monkeypatch)


@pytest.fixture
async def configuration(asterisk: Asterisk) -> Any:
    made = Configuration(lambda spec: spec)  # type: ignore[arg-type, return-value]
    running = asyncio.create_task(made.run())
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_asterisk_is_told_of_each_change_once(asterisk: Asterisk, configuration: Configuration) -> None:
    for wanted in (spec("1001"), spec("1001"), spec("1001", "1002")):
        configuration.want(wanted)

        async def brought(wanted: TelephonySpec = wanted) -> bool:
            return asterisk.specs[-1:] == [wanted]

        await until(brought)
    assert asterisk.specs == [spec("1001"), spec("1001", "1002")]


async def test_trouble_is_told_once_and_tried_again_until_asterisk_has_it(
    asterisk: Asterisk, configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AFTER_TROUBLE_S", 0.001)
    asterisk.trouble = AsteriskProblem("Asterisk is not running.")

    async def tried_again() -> bool:
        return asterisk.tried >= 3

    async def brought() -> bool:
        return bool(asterisk.specs)

    with capture_logs() as logs:
        configuration.want(spec("1001"))
        await until(tried_again)
        assert configuration.trouble == "Asterisk is not running."
        asterisk.trouble = None
        await until(brought)
    assert [log["event"] for log in logs] == ["configuration not applied", "configuration applied"]
    assert configuration.trouble is None


async def test_a_new_wish_does_not_wait_for_the_next_try(
    asterisk: Asterisk, configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AFTER_TROUBLE_S", 3600)
    asterisk.trouble = AsteriskProblem("Asterisk is not running.")
    configuration.want(spec("1001"))

    async def in_trouble() -> bool:
        return configuration.trouble is not None

    await until(in_trouble)
    asterisk.trouble = None
    configuration.want(spec("1002"))

    async def brought() -> bool:
        return asterisk.specs == [spec("1002")]

    await until(brought)
