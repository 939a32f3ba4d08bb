"""All that `ringdesk doctor` looks at, in the order in which one would look."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime

from asterisk_conf.checks import examine as asterisk
from asterisk_conf.checks.finding import Level
from ringdesk.checks import browser, machine
from ringdesk.checks.finding import Finding, fault, of_asterisk
from ringdesk.checks.line_out import line_out
from ringdesk.checks.refused import refused_calls
from ringdesk.installation.installation import Installation
from ringdesk.supervision.instance import running_instance


async def examine(installation: Installation) -> Sequence[Finding]:
    """Every finding; checks that need a running Asterisk are left out when there is none."""
    home = installation.home
    running = running_instance(home)
    return [
        machine.python_version(),
        machine.disk(home),
        machine.clock(home),
        machine.open_files(),
        machine.writable(home),
        machine.secrets(home),
        machine.ports(installation, running),
        machine.sound_ports(installation),
        browser.microphone(installation, datetime.now(UTC)),
        browser.authority(installation),
        *(_unless_stopped(finding, running is None) for finding in await _asterisk_if_asked(installation)),
    ]


async def _asterisk_if_asked(installation: Installation) -> Sequence[Finding]:
    """What Asterisk should be like is in the database; when that is away, this is the fault to report."""
    try:
        return await examine_asterisk(installation)
    except Exception as error:
        return [fault("Asterisk", error)]


async def examine_asterisk(installation: Installation) -> Sequence[Finding]:
    """Asterisk against what the database and the settings want of it."""
    async with installation.open_database() as database:
        spec = await installation.telephony(database)
        now = datetime.now(UTC)
        ways = [*await refused_calls(database, now), await line_out(database, now)]
    found = await asterisk.examine(installation.asterisk(spec), spec, installation.ami())
    return [*(of_asterisk(finding) for finding in found), *ways]


def _unless_stopped(finding: Finding, stopped: bool) -> Finding:
    """While Ringdesk is stopped, it is not a fault that Asterisk does not answer."""
    if stopped and finding.name == "Asterisk ports":
        return dataclasses.replace(finding, level=Level.WARN)
    return finding
