"""Checks that ask Asterisk's console: version, modules, dialplan, queues and phones as rendered."""

import re

from asterisk_conf.checks.finding import AsteriskFinding, Level
from asterisk_conf.modules import ESSENTIAL, WANTED, not_running
from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.program import OLDEST_MAJOR
from asterisk_conf.server import AsteriskServer, Status
from asterisk_conf.spec import IDENTIFIER_ORDER, TelephonySpec

_RENDER = "render again and start Asterisk anew: ringdesk asterisk render"


def check_version(server: AsteriskServer) -> AsteriskFinding:
    """Whether there is a program that is new enough."""
    program = server.program()
    if program is None:
        return AsteriskFinding(
            "version",
            Level.ERROR,
            f"there is no Asterisk of version {OLDEST_MAJOR} or later on this machine",
            "scripts/up makes a private copy; or install one",
        )
    kind = "a private copy" if program.private else program.command[0]
    return AsteriskFinding("version", Level.OK, f"Asterisk {program.version_text}, {kind}")


async def check_modules(server: AsteriskServer) -> AsteriskFinding:
    """Whether every module runs that the configuration loads."""
    program = server.program()
    wanted = program.available(WANTED) if program else WANTED
    missing = not_running(await server.command("module show"), wanted)
    fatal = sorted(ESSENTIAL.intersection(missing))
    if fatal:
        return AsteriskFinding(
            "modules",
            Level.ERROR,
            f"these parts of Asterisk do not run, and calls need them: {', '.join(fatal)}",
            f"the reason is in {server.folders.messages}",
        )
    if missing:
        return AsteriskFinding(
            "modules",
            Level.WARN,
            f"these parts of Asterisk do not run: {', '.join(missing)}",
            f"the reason is in {server.folders.messages}",
        )
    return AsteriskFinding("modules", Level.OK, f"all {len(wanted)} modules run")


async def check_routing(server: AsteriskServer, spec: TelephonySpec) -> AsteriskFinding:
    """Whether every hotline, queue and phone of the database is in the running Asterisk."""
    trunk = await server.command("dialplan show ringdesk-trunk")
    dialled = set(re.findall(r"^\s*'([^']+)' =>", trunk, re.MULTILINE))
    queues = set(re.findall(r"^(\S+) has \d+ calls", await server.command("queue show"), re.MULTILINE))
    phones = set(
        re.findall(r"^\s*Endpoint:\s+([^\s/]+)/", await server.command("pjsip show endpoints"), re.MULTILINE)
    )
    missing = [f"hotline {h.number}" for h in spec.hotlines if h.number not in dialled]
    missing += [f"queue {q.name}" for q in spec.queues if q.name not in queues]
    missing += [f"phone {a.extension}" for a in spec.agents if a.extension not in phones]
    if missing:
        return AsteriskFinding(
            "routing", Level.ERROR, f"the running Asterisk does not know {', '.join(missing)}", _RENDER
        )
    counted = f"{len(spec.hotlines)} hotlines, {len(spec.queues)} queues, {len(spec.agents)} phones"
    return AsteriskFinding("routing", Level.OK, counted)


async def check_identification(server: AsteriskServer) -> AsteriskFinding:
    """Whether Asterisk decides whom a request is from as rendered; it keeps the order of its start."""
    shown = await server.command("pjsip show identifiers")
    order = [name for name in shown.split() if name in (*IDENTIFIER_ORDER, "username")]
    if tuple(order[: len(IDENTIFIER_ORDER)]) != IDENTIFIER_ORDER:
        return AsteriskFinding(
            "identification",
            Level.ERROR,
            "the running Asterisk still has the rules of an older version for whom a call is from",
            "restart Asterisk when no call is in progress",
        )
    return AsteriskFinding("identification", Level.OK, "phones and trunks are told apart")


def check_ports(server: AsteriskServer, status: Status) -> AsteriskFinding:
    """Whether Asterisk runs and answers wherever it should."""
    if not status.running:
        return AsteriskFinding("ports", Level.ERROR, "Asterisk does not run", "start it: scripts/up")
    if status.silent_ports:
        return AsteriskFinding(
            "ports",
            Level.ERROR,
            f"Asterisk does not answer on {', '.join(status.silent_ports)}",
            f"the reason is in {server.folders.messages}",
        )
    return AsteriskFinding("ports", Level.OK, "Asterisk answers on every port")


def unasked(check_id: str, problem: AsteriskProblem) -> AsteriskFinding:
    """What is found when Asterisk runs and cannot be asked; the sentence says why."""
    return AsteriskFinding(check_id, Level.ERROR, problem.sentence, "ringdesk asterisk status")
