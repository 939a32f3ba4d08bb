"""The service: builds its parts, gives each its task, and ends them all together."""

import asyncio
import faulthandler
import gc
import secrets
import signal
import tomllib
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from agent_console.app import create_app
from agent_console.services.deps import ConsoleDeps
from agent_console.services.phone_line import PhoneLine
from asterisk_conf.apply import REALM
from asterisk_conf.rotation import keep_records_small
from asterisk_conf.secrets import mark_of_test_calls
from asterisk_conf.test_call import test_call_action
from crm.rules import numbers
from crm.rules.destinations import is_emergency
from cti.ami.action import AmiAction
from cti.ami.link import AmiLink
from cti.ami.normaliser import WANTED
from cti.ami.questions import is_registered
from cti.assignments import Assignments
from cti.bus.local import LocalBus
from cti.callers import StoredCallers
from cti.control.commands import PlaceTestCall, Refused
from cti.control.control import Control
from cti.day_turn import DayTurn
from cti.directory import load_directory, phone_withdrawn_at
from cti.domain.floor import Floor
from cti.line_alarm import LineAlarm
from cti.live import LiveFloor
from cti.pauses import Pauses
from cti.phone_guard import PhoneGuard
from cti.reconciler.bookmark import NAME as RECORDS
from cti.reconciler.bookmark import Bookmark
from cti.reconciler.reconciler import Reconciler
from cti.reconciler.stored import FloorAndStorage, StoredBookmarks
from cti.recorder.intake import RecordingIntake
from cti.recorder.recorder import Recorder
from cti.resuming import resume_floor, unheard_since
from cti.screen_pop import ScreenPop
from cti.session import AsteriskSession
from cti.sign_off import SignOff
from cti.silent_phones import SilentPhones
from cti.wrap_up import WrapUp
from ivr.agi.server import AgiServer
from ivr.counters import Counters
from ivr.flow.flow import Severity
from ivr.flow_store import FlowStore
from ivr.prompts import PromptFolder, speaker
from ivr.prompts.espeak import EspeakEngine
from ivr.runner import FlowRunner
from ringdesk.assembly.configuration import KeepsConfiguration
from ringdesk.assembly.office import Office
from ringdesk.assembly.open_files import Shares, raise_limit, shares
from ringdesk.assembly.refused_calls import RefusedCallParts
from ringdesk.assembly.web_server import origins, serve_web
from ringdesk.checks.line_out import line_history
from ringdesk.health.door import health_door
from ringdesk.installation.home import CLONE
from ringdesk.installation.installation import Installation
from storage.database import Database
from storage.recordings import RecordingStore
from storage.upkeep import keep_statistics

log = structlog.get_logger(__name__)

ENDS_WITHIN_S = 8.0


def utc_now() -> datetime:
    """The clock of everything that the service itself decides."""
    return datetime.now(UTC)


async def run(installation: Installation) -> None:
    """Serve until SIGTERM or SIGINT. Raises what ended a part that must not end."""
    stop = asyncio.Event()

    def end() -> None:
        stop.set()
        # What was heard is in the spool by then. Nothing else is worth waiting for: a thread on a disk that
        # stalls, a database that somebody locked. Where it hangs is written down.
        faulthandler.dump_traceback_later(ENDS_WITHIN_S, exit=True)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    database = installation.database()
    try:
        serving = asyncio.create_task(_serve(installation, database))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        serving.cancel()
        try:
            await serving
        except asyncio.CancelledError:
            log.info("stopped")
    finally:
        await database.close()


async def _serve(installation: Installation, database: Database) -> None:
    service = await Service.build(installation, database, shares(raise_limit()))
    await service.serve()


class Service:
    """All parts in one event loop; each has its task, and one that fails ends all of them."""

    def __init__(
        self,
        installation: Installation,
        database: Database,
        floor: Floor,
        heard: datetime | None,
        shares: Shares,
    ) -> None:
        settings, home = installation.settings, installation.home
        self._installation = installation
        self._shares = shares
        self._listening = asyncio.Event()
        self._database = database
        self._bus = LocalBus()
        self._live = LiveFloor(floor, self._bus)
        self._recorder = Recorder(
            self._bus,
            database.recorder,
            home.spool,
            report=self._live.observe,
            current_calls=floor.calls.values,
            to_e164=partial(numbers.normalise, home_region=settings.crm.home_region),
            clock=utc_now,
            settings=settings.recorder,
        )
        self._refused = RefusedCallParts(
            self._live,
            database,
            installation.plain_spec(),
            settings.refused,
            utc_now,
            ami_secret=installation.secrets.watched("ami"),
            phones_secret=installation.secrets.watched("phones"),
        )
        self._reconciler = Reconciler(
            installation.asterisk_folders.log,
            StoredBookmarks(database.recorder),
            FloorAndStorage(floor, database.recorder),
            self._live.observe,
            utc_now,
            listening=lambda: floor.system["link"]["state"] == "up",
            turned_away=self._refused.take_recorded,
        )
        self._session = AsteriskSession(
            self._live,
            self._reconciler,
            clock=utc_now,
            last_heard=heard,
            penalty=self._penalty,
            pace=self._recorder.until_room,
        )
        self._link = AmiLink(
            installation.ami(),
            wanted=WANTED,
            on_event=self._session.on_event,
            on_state=self._session.on_state,
            secret=installation.ami_secret(),
        )
        self._session.link = self._link
        self._recordings = RecordingIntake(
            RecordingStore(home.recordings), database.recorder, self._live.observe, utc_now
        )
        self._control = Control(
            self._live,
            self._link,
            self._bus,
            clock=utc_now,
            test_call=test_caller(installation.secrets.watched("phones")),
            destinations=settings.asterisk.dial_rules(settings.crm.home_region),
        )
        self._office = Office(
            database,
            self._live,
            self._control,
            Assignments(self._live, self._control, self._link),
            look_at_agents=self._session.look_at_agents,
            clock=utc_now,
        )
        self._line = LineAlarm(self._bus, self._live, utc_now)
        engine = EspeakEngine(settings.ivr.voices, settings.ivr.words_per_minute)
        self._flows = FlowStore(
            settings.ivr.flows_folder,
            queues=lambda: set(floor.queues),
            speak=speaker(home.prompts, engine),
        )
        self._counters = Counters()
        self._agi = AgiServer(
            FlowRunner(
                self._flows,
                lambda: self._office.hotlines,
                PromptFolder(home.prompts),
                self._counters,
            ),
            secret=installation.secrets.watched("agi"),
            host=settings.ivr.host,
            port=settings.asterisk.agi_port,
            max_calls=min(settings.ivr.max_calls, shares.menus),
            max_waiting=shares.menus_waiting,
            environment_timeout_s=settings.ivr.environment_timeout_s,
            counters=self._counters,
        )

    @classmethod
    async def build(cls, installation: Installation, database: Database, shares: Shares) -> "Service":
        """Everything loaded, nothing started."""
        now = utc_now()
        directory = await load_directory(database, ZoneInfo(installation.settings.time_zone))
        floor = Floor(directory, epoch=secrets.token_hex(8), now=now)
        bookmark = Bookmark.from_json(await StoredBookmarks(database).get(RECORDS))
        heard_until = bookmark.heard_until if bookmark else None
        heard = await unheard_since(database, heard_until)
        service = cls(installation, database, floor, heard, shares)
        await service._recorder.drain()
        await resume_floor(floor, database, now)
        await service._refused.resume()
        service._line.history = await line_history(database, now)
        return service

    async def serve(self) -> None:
        """Run all parts until cancelled."""
        await self._office.load()
        await asyncio.to_thread(self._flows.refresh)
        # What is loaded by now stays to the end. Each time that all of it was looked through for garbage,
        # everything stood still for a tenth of a second.
        gc.collect()
        gc.freeze()
        async with asyncio.TaskGroup() as tasks:
            for name, part in self._parts().items():
                tasks.create_task(part, name=name)

    def _parts(self) -> Mapping[str, Coroutine[Any, Any, None]]:
        installation, settings = self._installation, self._installation.settings
        bus, live, control = self._bus, self._live, self._control
        app = create_app(self._console())
        return {
            "recorder": self._recorder.run(),
            "Asterisk link": self._link.run(),
            "comparison": self._session.keep_honest(),
            "day": DayTurn(live, utc_now).run(),
            "Asterisk's records": self._reconciler.run(),
            "size of Asterisk's records": keep_records_small(
                installation.asterisk(installation.plain_spec())
            ),
            "recordings": self._recordings.run(),
            "refused calls": self._refused.keeper.run(),
            "news of refused calls": self._refused.hear(),
            "old refused calls": self._refused.forget_old(),
            "screen pop": ScreenPop(bus, live, self._callers(), utc_now).run(),
            "after-call work": WrapUp(bus, live, utc_now).run(),
            "pauses": Pauses(bus, live, control.pauses).run(),
            "sign-off": SignOff(bus, live, control, grace_s=settings.desk.sign_off_grace_s).run(),
            "line out": self._line.run(),
            "lost phones": PhoneGuard(bus, live, control, self._registered, self._withdrawn_at).run(),
            "silent phones": SilentPhones(
                live, control, self._link, lost_after_s=settings.desk.silence_s, clock=utc_now
            ).run(),
            "Asterisk's configuration": KeepsConfiguration(
                installation, self._database, self._office.mark
            ).run(),
            "flows": self._flows.watch(settings.ivr.look_for_changes_s),
            "office": self._office.run(),
            "web": serve_web(app, installation, self._shares, self._listening),
            "health and menus": self._open(),
            "statistics of the database": keep_statistics(self._database),
        }

    async def _open(self) -> None:
        """Health first: the watchdog moves on who is in the menu of a service of which it hears nothing."""
        await self._listening.wait()
        async with health_door(self._installation.home.service_door, self._health):
            await self._agi.start()
            try:
                await asyncio.Event().wait()
            finally:
                await self._agi.stop()

    def _console(self) -> ConsoleDeps:
        installation, settings = self._installation, self._installation.settings
        secure = settings.listens_beyond_this_machine
        asterisk = settings.asterisk
        return ConsoleDeps(
            database=self._database,
            floor=self._live,
            bus=self._bus,
            control=self._control,
            observe=self._live.observe,
            clock=utc_now,
            health=self._health,
            phone=PhoneLine(
                scheme="wss" if secure else "ws",
                port=asterisk.wss_port if secure else asterisk.http_port,
                realm=REALM,
                password_of=installation.phone_passwords(),
            ),
            origins=origins(installation),
            recordings=installation.home.recordings,
            web_dist=installation.home.console,
            timezone=self._live.floor.directory.timezone,
            version=product_version(),
            is_emergency=lambda number: is_emergency(number, settings.crm.home_region),
            home_region=settings.crm.home_region,
            settings=settings.console,
        )

    def _health(self) -> Mapping[str, Any]:
        """From memory, at once: for the watchdog, the supervisor and `ringdesk status`."""
        system = self._live.floor.system
        checks = {
            "asterisk": str(system["link"]["state"]),
            "storage": str(system["storage"]["state"]),
            "recordings": self._recordings.trouble or "ok",
            "line out": self._line.trouble or "ok",
            "flows": self._flow_trouble() or "ok",
            "menus": self._counters.in_words() or "ok",
        }
        well = checks["asterisk"] == "up" and bool(self._flows.flows)
        return {"status": "ok" if well else "degraded", "checks": checks}

    def _flow_trouble(self) -> str:
        """What keeps flows from being used as they are written; the last usable version of each stays."""
        if not self._flows.flows:
            return "no usable flow; callers go to the fallback queue"
        return "; ".join(str(p) for p in self._flows.problems if p.severity is Severity.ERROR)

    def _penalty(self, agent: str, queue: str) -> int:
        of_agent = self._control.memberships.get(agent, ())
        return next((m.penalty for m in of_agent if m.queue == queue), 0)

    async def _registered(self, extension: str) -> bool:
        return await is_registered(self._link, extension)

    async def _withdrawn_at(self, extension: str) -> datetime | None:
        since = self._installation.phones_secret_since()
        own = await phone_withdrawn_at(self._database, extension)
        return max(since, own) if own is not None else since

    def _callers(self) -> StoredCallers:
        return StoredCallers(self._database.desk, self._installation.settings.crm.home_region)


def test_caller(master: Callable[[], str]) -> Callable[[PlaceTestCall], AmiAction]:
    """Makes the action of a test call, which carries the mark by which figures leave it out."""

    def action(command: PlaceTestCall) -> AmiAction:
        mark = mark_of_test_calls(master())
        try:
            return test_call_action(command.hotline, command.from_number, command.keys, mark=mark)
        except ValueError as problem:
            raise Refused("bad_test_call", str(problem)) from None

    return action


def product_version() -> str:
    """As pyproject.toml says it."""
    project = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])
