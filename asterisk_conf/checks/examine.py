"""All checks of Asterisk, in the order in which one would look."""

from collections.abc import Awaitable, Callable

from asterisk_conf.checks import console, disk, manager, sound, trunks
from asterisk_conf.checks.finding import AsteriskFinding
from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.server import AsteriskServer
from asterisk_conf.spec import TelephonySpec
from cti.settings import AmiSettings


async def examine(
    server: AsteriskServer, spec: TelephonySpec, ami: AmiSettings
) -> tuple[AsteriskFinding, ...]:
    """Every finding. Those that need a running Asterisk are left out, but the one that says it is away."""
    findings = [console.check_version(server), sound.check_sounds(server), sound.check_prompts(server)]
    findings += [sound.check_rtp(spec), trunks.check_trunks(spec), disk.check_records(server)]
    status = await server.status()
    findings.append(console.check_ports(server, status))
    if not status.running:
        return tuple(findings)
    findings.append(await _asked("modules", lambda: console.check_modules(server)))
    findings.append(await _asked("identification", lambda: console.check_identification(server)))
    findings.append(await _asked("routing", lambda: console.check_routing(server, spec)))
    return (*findings, *await manager.check_manager(ami, spec))


async def _asked(check_id: str, check: Callable[[], Awaitable[AsteriskFinding]]) -> AsteriskFinding:
    try:
        return await check()
    except AsteriskProblem as problem:
        return console.unasked(check_id, problem)
