"""All that `ringdesk doctor` looks at, in the order in which one would look."""

from collections.abc import Sequence
from datetime import UTC, datetime

from ringdesk.checks import browser, machine
from ringdesk.checks.finding import Finding, found_by
from ringdesk.installation import Installation
from ringdesk.supervision.instance import running_instance


async def examine(installation: Installation) -> Sequence[Finding]:
    """Every finding; checks that need a running Asterisk say so when there is none."""
    home = installation.home
    running = running_instance(home)
    installed = await found_by("Asterisk", lambda: asterisk_version(installation))
    return [
        machine.python_version(),
        installed,
        machine.disk(home),
        machine.clock(home),
        machine.open_files(),
        machine.writable(home),
        machine.secrets(home),
        machine.ports(installation, running),
        machine.sound_ports(installation),
        browser.microphone(installation, datetime.now(UTC)),
    ]


async def asterisk_version(installation: Installation) -> Finding:
    """The Asterisk that would be started."""
    program = installation.asterisk(installation.plain_spec()).program()
    if program is None:
        return Finding(
            "Asterisk", False, "there is none of version 20 or later", "scripts/up makes a private copy"
        )
    kind = f"private copy in {program.sbin.parent.parent}" if program.private else program.command[0]
    return Finding("Asterisk", True, f"{program.version_text}, {kind}")
