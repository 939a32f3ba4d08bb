"""Whether calls can be taken right now: every link of the chain is tried, none is believed."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from asterisk_conf.checks.finding import Level
from asterisk_conf.ports import Port, Protocol, answers
from asterisk_conf.server import AsteriskServer
from ringdesk.checks.finding import Finding, fault, found_by
from ringdesk.health.ask import Health, ask_health
from ringdesk.installation.ami_session import ami_session
from ringdesk.installation.installation import Installation
from ringdesk.problem import Problem
from ringdesk.supervision.instance import InstanceRecord
from storage.database import Database
from storage.repositories.operations import Settings as StoredSettings

_TRUNK_CONTEXT = "ringdesk-trunk"
_UP = "start it with: scripts/up"
_SEE_TO = f"one that hangs is started again by itself; when it does not run, {_UP}"
# On a machine with too much to do the service is late, and says so itself.
_PATIENCE_S = 5.0


class TakingCalls:
    """The checks, each against the running parts themselves."""

    def __init__(self, installation: Installation, running: InstanceRecord | None) -> None:
        self._installation = installation
        self._running = running
        self._asterisk: AsteriskServer = installation.asterisk(installation.plain_spec())

    async def findings(self) -> Sequence[Finding]:
        """All checks at the same time, in the order in which a call meets them."""
        checks = {
            "Asterisk": self._asterisk_runs,
            "Dialplan": self._dialplan_is_loaded,
            "AMI": self._ami_lets_us_in,
            "Voice menu": self._voice_menu_listens,
            "Service": self._service_is_well,
            "Watchdog": self._watchdog_lives,
            "Database": self._database_takes_writes,
        }
        return await asyncio.gather(*(found_by(name, check) for name, check in checks.items()))

    async def _asterisk_runs(self) -> Finding:
        status = await self._asterisk.status()
        if not status.running:
            return Finding("Asterisk", Level.ERROR, "does not run", _UP)
        if not status.ready:
            silent = ", ".join(status.silent_ports) or "its control socket"
            return Finding(
                "Asterisk", Level.ERROR, f"no answer on {silent}", f"see {self._asterisk.folders.messages}"
            )
        return Finding("Asterisk", Level.OK, f"{status.version}, process {status.pid}, calls: {status.calls}")

    async def _dialplan_is_loaded(self) -> Finding:
        if self._installation.settings.asterisk.external is not None:
            return Finding("Dialplan", Level.OK, "not asked: this Asterisk is your own")
        shown = await self._asterisk.command(f"dialplan show {_TRUNK_CONTEXT}", timeout_s=5)
        if f"'{_TRUNK_CONTEXT}'" not in shown or "There is no existence" in shown:
            return Finding(
                "Dialplan",
                Level.ERROR,
                "calls from the telephone network are not let in",
                "write the configuration again with: ringdesk asterisk render",
            )
        return Finding("Dialplan", Level.OK, "calls from the telephone network are let in")

    async def _ami_lets_us_in(self) -> Finding:
        try:
            async with ami_session(self._installation.ami()):
                return Finding("AMI", Level.OK, "the service's account can sign in")
        except Problem as problem:
            # What calls need is the session that the service has, not one more.
            if not (await self._health()).checks.get("asterisk") == "up":
                raise
            return Finding("AMI", Level.WARN, f"the service is signed in, but: {problem.sentence}")

    async def _voice_menu_listens(self) -> Finding:
        port = self._installation.settings.asterisk.agi_port
        if await answers(Port("the voice menu", "agi_port", Protocol.TCP, "127.0.0.1", port)):
            return Finding("Voice menu", Level.OK, f"listens on port {port}")
        return Finding(
            "Voice menu", Level.ERROR, f"nothing listens on port {port}; callers go to the fallback queue"
        )

    async def _health(self) -> Health:
        return await ask_health(self._installation.home.service_door, timeout_s=_PATIENCE_S)

    async def _service_is_well(self) -> Finding:
        health = await self._health()
        if not health.answered:
            return Finding("Service", Level.ERROR, "gives no answer", _SEE_TO)
        if not health.ok:
            return Finding("Service", Level.ERROR, "; ".join(health.troubles()) or "not well")
        if health.troubles():
            return Finding("Service", Level.WARN, "; ".join(health.troubles()))
        return Finding("Service", Level.OK, self._installation.settings.console_url)

    async def _watchdog_lives(self) -> Finding:
        child = self._running.children.get("watchdog") if self._running else None
        if child is None or not child.alive:
            return Finding(
                "Watchdog", Level.ERROR, "does not run; if the service hung, its callers would be stuck", _UP
            )
        return Finding("Watchdog", Level.OK, f"process {child.pid}")

    async def _database_takes_writes(self) -> Finding:
        """A database that is away keeps nobody from calling: that is a warning."""
        own_file = self._installation.home.database_file
        if not self._installation.settings.database_url and not own_file.exists():
            return Finding("Database", Level.ERROR, "there is none yet", _UP)
        database = self._installation.database()
        try:
            await _write_and_undo(database)
        except Exception as error:
            detail = f"{fault('Database', error).detail}; calls go on and are recorded later"
            return Finding("Database", Level.WARN, detail)
        finally:
            await database.close()
        return Finding("Database", Level.OK, "can be written")


async def _write_and_undo(database: Database) -> None:
    class Undo(Exception):
        """Leaves nothing behind."""

    with suppress(Undo):
        async with database.transaction() as session:
            await StoredSettings(session).put("status_probe", {})
            raise Undo
