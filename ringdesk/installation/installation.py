"""One installation as a command sees it: its folders, settings, secrets, database and Asterisk."""

import dataclasses
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from asterisk_conf.choice import asterisk_server
from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.secrets import phone_password
from asterisk_conf.server import AsteriskServer
from asterisk_conf.spec import ListenSpec, SecretSpec, TelephonySpec
from cti.settings import AmiSettings
from ringdesk.installation.home import Home, cache_folder
from ringdesk.installation.secrets import SecretStore
from ringdesk.problem import Problem
from ringdesk.settings.settings import Settings
from ringdesk.settings.sources import load
from ringdesk.supervision.instance import running_instance
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Installation:
    """Opened once for each command; nothing here starts anything."""

    home: Home
    settings: Settings
    secrets: SecretStore

    @classmethod
    def open(cls, **overrides: Any) -> "Installation":
        """With the settings of file, environment and call; what a running instance was given counts too.

        Raises Problem with one sentence when a setting is wrong.
        """
        home = Home.of_environment()
        home.make()
        running = running_instance(home)
        inherited = dict(running.overrides) if running else {}
        given = {key: value for key, value in overrides.items() if value is not None}
        return cls(home, load(home, **{**inherited, **given}), SecretStore(home.secrets))

    @property
    def asterisk_folders(self) -> AsteriskFolders:
        """Where Asterisk lives and where it meets the service."""
        external = self.settings.asterisk.external
        return AsteriskFolders(
            self.home.asterisk,
            self.home.recordings,
            self.home.prompts,
            own_etc=external.configuration if external else None,
            own_log=external.log if external else None,
        )

    def audit_key(self) -> bytes:
        """With what the audit is signed and sealed. Whoever replaces it ends what can be verified."""
        return self.secrets.machine("audit").encode()

    def database(self) -> Database:
        """The database that the settings name. Raises Problem when the address is not one of a database."""
        own = URL.create("sqlite", database=str(self.home.database_file))
        try:
            return Database(self.settings.database_url or own, audit_key=self.audit_key())
        except ValueError as error:
            raise Problem(f"database_url: {error}") from None
        except ArgumentError:
            raise Problem(
                "database_url: not the address of a database; write it like postgresql://user:password@host/name"
            ) from None

    @asynccontextmanager
    async def open_database(self) -> AsyncIterator[Database]:
        """The database with the tables of this version, closed at the end of the block.

        Raises Problem when it cannot be reached, and when it is of an older version: to change it is for
        `ringdesk up` alone, which saves it first.
        """
        database = self.database()
        try:
            with _in_reach(database):
                if (await database.schema()).revision is None:
                    await database.migrate()
                elif (await database.schema()).pending:
                    raise Problem("the database is of an older version; scripts/up saves it and changes it")
            yield database
        finally:
            await database.close()

    def asterisk(self, spec: TelephonySpec) -> AsteriskServer:
        """Asterisk with this configuration: our private one, or the owner's when the settings say so."""
        return asterisk_server(spec, self.asterisk_folders, cache_folder(), self.settings.asterisk)

    def plain_spec(self) -> TelephonySpec:
        """Ports and secrets without the database: enough to find and ask a running Asterisk."""
        asterisk = self.settings.asterisk
        with _in_words("the settings of Asterisk cannot be used"):
            return TelephonySpec(
                secrets=self._asterisk_secrets(),
                trunks=tuple(trunk.spec() for trunk in asterisk.trunks),
                ports=asterisk.ports(),
                admission=asterisk.admission(),
                sip_bind=asterisk.sip_bind,
                listen=self._listen(),
                rtp_timeout_seconds=asterisk.rtp_timeout_seconds,
                trunk_session_seconds=asterisk.trunk_session_seconds,
            )

    async def telephony(self, database: Database) -> TelephonySpec:
        """The whole of what Asterisk has to know, hotlines, queues and agents as the database has them."""
        from asterisk_conf.routing import routing_of
        from ringdesk.demo.state import is_loaded

        plain = self.plain_spec()
        with _in_words("Asterisk cannot be configured with what is in the database"):
            routing = await routing_of(database)
            return dataclasses.replace(
                plain,
                hotlines=routing.hotlines,
                queues=routing.queues,
                agents=routing.agents,
                # With a line of their own to the telephone network nobody wants to reach the demo's customer.
                demo=not self.settings.asterisk.trunks and await is_loaded(database),
            )

    def ami(self) -> AmiSettings:
        """How the service reaches Asterisk's manager interface; what the settings leave open is our own."""
        given = self.settings.ami
        own = {"port": self.settings.asterisk.ami_port, "secret": SecretStr(self.secrets.machine("ami"))}
        return given.model_copy(update={k: v for k, v in own.items() if k not in given.model_fields_set})

    def ami_secret(self) -> Callable[[], str]:
        """The secret of the service's account as it is now."""
        given = self.settings.ami
        own = "secret" not in given.model_fields_set
        return self.secrets.watched("ami") if own else given.secret.get_secret_value

    def phone_password(self, extension: str, epoch: int) -> str:
        """The password of a phone. The secret is read each time: another one counts at once."""
        return phone_password(self.secrets.machine("phones"), extension, epoch)

    def phone_passwords(self) -> Callable[[str, int], str]:
        """As `phone_password`, for whoever asks again and again: the secret is read when it was replaced."""
        secret = self.secrets.watched("phones")
        return lambda extension, epoch: phone_password(secret(), extension, epoch)

    def phones_secret_since(self) -> datetime:
        """When the secret was made from which all phones' passwords follow."""
        self.secrets.machine("phones")
        return datetime.fromtimestamp((self.home.secrets / "phones").stat().st_mtime, UTC)

    def _asterisk_secrets(self) -> SecretSpec:
        return SecretSpec(
            master=self.secrets.machine("phones"),
            ami=self.secrets.machine("ami"),
            watchdog=self.secrets.machine("ami-watchdog"),
            agi=self.secrets.machine("agi"),
        )

    def _listen(self) -> ListenSpec | None:
        if not self.settings.listens_beyond_this_machine:
            return None
        return ListenSpec(
            address=self.settings.listen,
            port=self.settings.asterisk.wss_port,
            certificate=str(self.home.certificates / "server.crt"),
            private_key=str(self.home.certificates / "server.key"),
        )


async def prepare(database: Database, program: Mapping[str, str] | None = None) -> None:
    """Gives the database the tables of this version, which is noted as `program`.

    Raises Problem when its server cannot be reached.
    """
    with _in_reach(database):
        await database.migrate(program)


@contextmanager
def _in_reach(database: Database) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if database.is_sqlite:
            raise
        where = f"{database.url.host or 'localhost'}:{database.url.port or 5432}"
        raise Problem(
            f"PostgreSQL does not answer at {where} ({error.strerror or error}); start it, or correct the "
            "setting database_url"
        ) from None


@contextmanager
def _in_words(what: str) -> Iterator[None]:
    """A value that Asterisk cannot be given is a problem of its author, not of the program."""
    try:
        yield
    except ValueError as error:
        raise Problem(f"{what}: {error}") from None
