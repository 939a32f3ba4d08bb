"""The steps that get an installation ready: what each does, and which others it builds on."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from asterisk_conf.adoption import until_next_start
from asterisk_conf.apply import apply
from asterisk_conf.private_asterisk import PrivateAsterisk
from asterisk_conf.server import AsteriskServer
from ringdesk.backup.restored import finish
from ringdesk.demo.installed import add_demo, first_telling, sign_ins, told_in_full, told_in_short
from ringdesk.installation.installation import Installation
from ringdesk.setup.console import build_console
from ringdesk.setup.plan import Note, Step
from ringdesk.upgrade.migration import bring_up_to_date
from storage.database import Database


class SetUp:
    """The work of the steps, on one installation. Each finds out itself whether there is work to do."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._opened: Database | None = None
        # Known when the step `configuration` is done.
        self.asterisk: AsteriskServer = installation.asterisk(installation.plain_spec())

    def steps(self) -> Sequence[Step]:
        """Everything that has to be there before a call can be taken."""
        certificate = self._installation.settings.listens_beyond_this_machine
        return (
            Step("console", "Console", self._console),
            Step("asterisk", "Asterisk", self._asterisk),
            Step("database", "Database", self._migrate),
            Step("demo", "Demo data", self._demo, after=("database",)),
            Step("prompts", "Prompts", self._prompts),
            *([Step("certificate", "Certificate", self._certificate)] if certificate else []),
            Step(
                "configuration",
                "Configuration",
                self._configuration,
                after=("asterisk", "demo", *(["certificate"] if certificate else [])),
            ),
        )

    async def ways_in(self) -> Sequence[str]:
        """Who can try the demo, in lines to print: the first time with the passwords."""
        people = await sign_ins(self._database, self._installation.secrets)
        return told_in_full(people) if await first_telling(self._database) else told_in_short(people)

    async def close(self) -> None:
        """Gives the database back."""
        if self._opened is not None:
            await self._opened.close()

    @property
    def _database(self) -> Database:
        """Opened when it is first needed: that creates its file, and a refused start leaves nothing."""
        if self._opened is None:
            self._opened = self._installation.database()
        return self._opened

    async def _console(self, note: Note) -> str:
        return await build_console(self._installation.home, note)

    async def _asterisk(self, note: Note) -> str:
        program = await self.asterisk.install(lambda text: note(text.removeprefix("Asterisk: ")))
        return f"{program.version_text}, {'a private copy' if program.private else program.command[0]}"

    async def _migrate(self, note: Note) -> str:
        home = self._installation.home
        done = await bring_up_to_date(home, self._database, note)
        cut_short = await finish(home, self._database)
        return f"{done}; a restore was finished, everybody signs in anew" if cut_short else done

    async def _demo(self, note: Note) -> str:
        loaded = await add_demo(self._database, self._installation.secrets)
        return "loaded" if loaded else "unchanged"

    async def _prompts(self, note: Note) -> str:
        from ringdesk.setup.prompts import make_prompts

        return await make_prompts(self._installation, note)

    async def _certificate(self, note: Note) -> str:
        from ringdesk.installation.addresses import names_for
        from ringdesk.installation.certificates import ensure_certificate

        names = names_for(self._installation.settings.listen)
        files = await asyncio.to_thread(
            ensure_certificate, self._installation.home.certificates, names, datetime.now(UTC)
        )
        again = "; a new authority, which colleagues import once more" if files.authority_replaced else ""
        return f"good until {files.expires_at:%Y-%m-%d}; browsers trust it with {files.authority}{again}"

    async def _configuration(self, note: Note) -> str:
        spec = await self._installation.telephony(self._database)
        if isinstance(self.asterisk, PrivateAsterisk) and self.asterisk.pid() is not None:
            changed = await apply(self.asterisk, spec)
            late = until_next_start(self.asterisk, changed)
        else:
            changed, late = await asyncio.to_thread(self.asterisk.render, spec), ""
        return (f"{len(changed)} files written" if changed else "unchanged") + late
