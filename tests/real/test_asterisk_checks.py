"""What the checks say about a sound Asterisk, and about one with a fault each."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from asterisk_conf import render
from asterisk_conf.checks.examine import examine
from asterisk_conf.checks.finding import AsteriskFinding, Level
from asterisk_conf.prompts import SPOKEN
from asterisk_conf.spec import AgentSpec, HotlineSpec, QueueSpec
from cti.settings import AmiSettings
from tests.support.telephony.lab import SECRETS, Lab, add_member, demo_spec, running_lab


async def findings(lab: Lab, secret: str = SECRETS.ami) -> dict[str, AsteriskFinding]:
    """What is found, by its id."""
    ami = AmiSettings(port=lab.spec.ports.ami, secret=SecretStr(secret))
    return {found.id: found for found in await examine(lab.asterisk, lab.spec, ami)}


async def test_a_sound_asterisk_has_nothing_to_mend(lab: Lab) -> None:
    for name, texts in SPOKEN.items():
        for language in texts:
            (lab.folders.prompts / language).mkdir(exist_ok=True)
            (lab.folders.prompts / language / f"{name}.wav").touch()
    await lab.agent("1001", "service", ami=await lab.tap())
    found = await findings(lab)
    assert {f.id: f.sentence for f in found.values() if f.level is not Level.OK and f.id != "rtp"} == {}
    assert set(found) >= {
        "version",
        "modules",
        "routing",
        "identification",
        "ports",
        "ami",
        "event-filter",
        "members",
        "prompts",
    }


async def test_an_asterisk_that_runs_on_with_the_rules_of_an_older_version_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(render, "IDENTIFIER_ORDER", ("header", "auth_username", "username", "ip"))
        async with running_lab(tmp_path) as lab:
            older.undo()
            await lab.asterisk.reload()
            found = (await findings(lab))["identification"]
    assert found.level is Level.ERROR
    assert found.cure.startswith("restart Asterisk")


async def test_a_filter_that_is_not_in_force_is_found(lab: Lab) -> None:
    manager = lab.folders.etc / "manager.conf"
    manager.write_text(
        manager.read_text().replace("eventfilter = !UserEvent: Ringdesk", "eventfilter = !Use(r")
    )
    await lab.asterisk.command("manager reload")
    found = (await findings(lab))["event-filter"]
    assert found.level is Level.WARN
    assert "is not in force" in found.sentence


async def test_what_asterisk_was_not_told_is_found(lab: Lab) -> None:
    lab.spec = replace(
        lab.spec,
        hotlines=(*lab.spec.hotlines, HotlineSpec("4009", "service")),
        queues=(*lab.spec.queues, QueueSpec("night")),
        agents=(*lab.spec.agents, AgentSpec("1009")),
    )
    found = (await findings(lab))["routing"]
    assert found.level is Level.ERROR
    assert found.sentence == "the running Asterisk does not know hotline 4009, queue night, phone 1009"


async def test_a_part_of_asterisk_that_does_not_run_is_found(lab: Lab) -> None:
    await lab.asterisk.command("module unload app_mixmonitor.so")
    found = (await findings(lab))["modules"]
    assert found.level is Level.ERROR
    assert "app_mixmonitor" in found.sentence


async def test_a_member_that_is_no_phone_of_ours_is_found(lab: Lab) -> None:
    ami = await lab.tap()
    await add_member(ami, "service", "1999")
    await ami.action("QueueAdd", Queue="sales", Interface="Local/1@x")
    found = (await findings(lab))["members"]
    assert found.level is Level.WARN
    assert "Local/1@x in sales, PJSIP/1999 in service" in found.sentence


async def test_a_wrong_secret_is_found(lab: Lab) -> None:
    found = (await findings(lab, "wrong-secret"))["ami"]
    assert found.level is Level.ERROR
    assert "refused the AMI account 'ringdesk'" in found.sentence


async def test_missing_prompts_are_a_warning(lab: Lab) -> None:
    found = (await findings(lab))["prompts"]
    assert found.level is Level.WARN
    assert "zh/queue_wait.wav" in found.sentence


async def test_an_asterisk_that_is_away_is_said_once(tmp_path: Path) -> None:
    lab = Lab(demo_spec(), tmp_path)
    lab.asterisk.render()
    found = await findings(lab)
    assert found["ports"].sentence == "Asterisk does not run"
    assert not {"modules", "routing", "ami"} & set(found)
