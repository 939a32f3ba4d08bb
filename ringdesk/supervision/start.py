"""One run of `ringdesk up`: clears what an earlier run left, sets up, starts, watches, and ends in order."""

import asyncio
import dataclasses
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TextIO

from asterisk_conf.ports import Port
from asterisk_conf.private_asterisk import PrivateAsterisk
from ringdesk.health.ask import Question, ask_health
from ringdesk.installation.home import CLONE
from ringdesk.installation.installation import Installation
from ringdesk.installation.ports import all_ports, refuse_taken, service_ports
from ringdesk.problem import Problem, sentence_of
from ringdesk.setup.plan import Note, Progress, Step, run_plan
from ringdesk.setup.steps import SetUp
from ringdesk.supervision.child import ChildSpec
from ringdesk.supervision.instance import InstanceFile, InstanceRecord
from ringdesk.supervision.leftovers import clear_leftovers
from ringdesk.supervision.own_time import Moment, idle_s
from ringdesk.supervision.process import ProcessIdentity, own_identity
from ringdesk.supervision.supervisor import Supervisor

ASTERISK, SERVICE, WATCHDOG = "asterisk", "service", "watchdog"
# The watchdog first: it would take the service's end for an accident. Asterisk last: it has the callers.
_STOP_ORDER = (WATCHDOG, SERVICE, ASTERISK)
# Time in which the service does nothing: on a busy machine it may take longer.
_CALLS_WITHIN_S = 30.0
_PROBE_S = 0.1
_LONGEST_PROBE_S = 3.0
# Its callers are freed after seconds; what hangs for so long does not come back by itself.
_SERVICE_SILENT_S = 20.0
# It ends itself in less, its records kept.
_SERVICE_STOPS_WITHIN_S = 10.0
# The service and the watchdog need little, but at once; Asterisk's hundreds of threads could take it all.
_ASTERISK_NICENESS = 5
# The next run takes over, calls go on. A release that does not know the signal is ended by it: that does too.
HAND_OVER = signal.SIGUSR1
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Start:
    """What belongs to one run. `overrides`: settings given in the call; `program`: the digest of the code."""

    def __init__(
        self, installation: Installation, overrides: dict[str, str], out: TextIO, program: str = ""
    ) -> None:
        self._installation = installation
        self._progress = Progress(out)
        self._set_up = SetUp(installation)
        self._file = InstanceFile(installation.home)
        self._supervisor = Supervisor(self._say, self._started)
        self._ending = False
        self._handing_over = False
        self._asked_to_stop = False
        self._adopted: ProcessIdentity | None = None
        self._record = InstanceRecord(
            process=own_identity(),
            started_at=datetime.now(UTC).isoformat(),
            overrides=overrides,
            address=installation.settings.console_url,
            program=program,
        )

    async def run(self) -> None:
        """Returns when it was asked to stop after all was ready; stops everything whatever happens."""
        asked_to_stop = self._listen_for_signals()
        ready = False
        try:
            await self._clear_leftovers()
            refuse_taken(self._ports())
            self._note(self._record)
            await run_plan([*self._set_up.steps(), *self._starts()], self._progress)
            self._note(dataclasses.replace(self._record, ready=True))
            ready = True
            await self._tell_how_to_sign_in()
            await self._supervisor.keep()
        except asyncio.CancelledError:
            if not asked_to_stop():
                raise
            if not ready:
                raise Problem("stopped before everything was ready", status=130) from None
        finally:
            await self._stop()

    def _starts(self) -> tuple[Step, ...]:
        """The children as steps, so that each starts as soon as what it needs is there."""
        return (
            Step("run-asterisk", "Asterisk", self._run_asterisk, after=("configuration", "prompts")),
            Step("run-service", "Service", self._run_service, after=("demo", "prompts")),
            Step("run-watchdog", "Watchdog", self._run_watchdog, after=("run-asterisk", "run-service")),
            Step("calls", "Calls", self._wait_for_calls, after=("run-watchdog", "console")),
        )

    async def _run_asterisk(self, note: Note) -> str:
        asterisk = self._set_up.asterisk
        if not isinstance(asterisk, PrivateAsterisk):
            await asterisk.start()
            return "your own Asterisk answers"

        async def ready() -> bool:
            return (await asterisk.status()).ready

        spec = ChildSpec(
            name=ASTERISK,
            command=asterisk.command_line(),
            output=self._installation.home.log / "asterisk.out",
            ready=ready,
            ready_within_s=60,
            stop_within_s=8,
            niceness=_ASTERISK_NICENESS,
        )
        if self._adopted is None:
            await self._supervisor.start(spec)
            return "runs"
        await self._supervisor.adopt(spec, self._adopted)
        return f"goes on, with {(await asterisk.status()).calls or 0} calls"

    async def _run_service(self, note: Note) -> str:
        service = self._own_command(SERVICE, "serve", self._service_answers)
        await self._supervisor.start(
            dataclasses.replace(service, silent_s=_SERVICE_SILENT_S, stop_within_s=_SERVICE_STOPS_WITHIN_S)
        )
        return "answers"

    async def _run_watchdog(self, note: Note) -> str:
        async def ready() -> bool:
            return True

        await self._supervisor.start(self._own_command(WATCHDOG, "watchdog", ready))
        return "watches"

    def _own_command(self, name: str, command: str, ready: Callable[[], Awaitable[bool]]) -> ChildSpec:
        home = self._installation.home
        return ChildSpec(
            name=name,
            # Never from the current folder, which may hold another clone or a file named like a module.
            command=(sys.executable, "-P", "-m", "ringdesk", command),
            output=home.log / f"{name}.out",
            ready=ready,
            environment={
                "RINGDESK_HOME": str(home.root),
                "PYTHONPATH": os.pathsep.join(_python_path()),
                "PYTHONFAULTHANDLER": "1",
            },
        )

    async def _service_answers(self) -> bool:
        return (await Question(self._installation.home.service_door).answer()).answered

    async def _wait_for_calls(self, note: Note) -> str:
        """The service itself has the last word: it knows whether it hears Asterisk and can write."""
        troubles = ["the service does not answer"]
        idle, earlier = 0.0, self._service_now()
        while idle < _CALLS_WITHIN_S:
            health = await ask_health(self._installation.home.service_door)
            if health.ok:
                return "can be taken"
            troubles = health.troubles() or troubles
            await asyncio.sleep(_PROBE_S)
            later = self._service_now()
            idle += idle_s(earlier, later, _LONGEST_PROBE_S) if earlier and later else _PROBE_S
            earlier = later
        log = self._installation.home.log / "service.log"
        raise Problem(f"cannot be taken: {'; '.join(troubles)} (see {log})")

    def _service_now(self) -> Moment | None:
        service = self._record.children.get(SERVICE)
        return None if service is None else Moment.of(service.pid)

    async def _clear_leftovers(self) -> None:
        """Ends what an earlier run has left running, but for an Asterisk that can go on with its calls."""
        self._adopted = await clear_leftovers(
            self._file.read(), self._set_up.asterisk, _STOP_ORDER, self._say
        )

    def _ports(self) -> list[Port]:
        """Those that have to be free: an Asterisk that goes on has its own."""
        settings = self._installation.settings
        if self._adopted is not None:
            return service_ports(settings)
        return all_ports(settings, self._installation.plain_spec())

    async def _stop(self) -> None:
        """Ends all. Asterisk is left to the next run if that asks for it, or if this one got not ready."""
        self._ending = True
        asterisk = self._record.children.get(ASTERISK, self._adopted)
        failed = self._adopted is not None and not self._record.ready and not self._asked_to_stop
        calls_go_on = self._handing_over or failed
        if calls_go_on:
            self._supervisor.release(ASTERISK)
        await self._supervisor.stop(_STOP_ORDER)
        await self._set_up.close()
        if calls_go_on and asterisk is not None and asterisk.alive:
            self._note(dataclasses.replace(self._record, children={ASTERISK: asterisk}))
            self._say(
                "Asterisk goes on with its calls; a new start takes it over, ringdesk asterisk stop ends it"
            )
            return
        self._file.remove()
        if self._record.children:
            self._say("everything is stopped")

    def _started(self, name: str, pid: int) -> None:
        try:
            if name == ASTERISK and isinstance(self._set_up.asterisk, PrivateAsterisk):
                self._set_up.asterisk.record(pid)
            identity = ProcessIdentity.of(pid)
            if identity is not None:
                children = {**self._record.children, name: identity}
                self._note(dataclasses.replace(self._record, children=children))
        except OSError as error:
            if not self._record.ready:
                raise
            # On a full disk calls go on: the child runs, and only commands in other terminals do not know it.
            self._say(f"{name} runs, but its process id cannot be saved: {sentence_of(error)}")

    def _note(self, record: InstanceRecord) -> None:
        self._record = record
        self._file.write(record)

    def _say(self, text: str) -> None:
        self._progress.say(f"{datetime.now().astimezone():%H:%M:%S}  {text}")

    async def _tell_how_to_sign_in(self) -> None:
        ready = f"\nRingdesk is ready: {self._installation.settings.console_url}"
        self._progress.say("\n".join([ready, *await self._set_up.ways_in(), "Stop it with Ctrl-C.\n"]))

    def _listen_for_signals(self) -> Callable[[], bool]:
        """The first signal ends the run in order, a second one ends the children at once.

        HAND_OVER ends it too, and leaves Asterisk running.
        """
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        asked: list[int] = []

        def stop(number: int) -> None:
            asked.append(number)
            self._asked_to_stop = number is not HAND_OVER
            if len(asked) > 1:
                self._supervisor.kill()
            elif task is not None:
                self._say("stopping")
                # After a failure it is ending already: to cancel that would leave children running.
                if not self._ending:
                    task.cancel()

        for number in _SIGNALS:
            # Started with nohup it is meant to outlive its terminal.
            if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, stop, number)
        loop.add_signal_handler(HAND_OVER, self._hand_over, stop)
        return lambda: bool(asked)

    def _hand_over(self, stop: Callable[[int], None]) -> None:
        if not self._ending:
            self._handing_over = True
            stop(HAND_OVER)


def _python_path() -> list[str]:
    """Children run the code of this very clone."""
    given = os.environ.get("PYTHONPATH", "")
    return [str(CLONE), *([given] if given else [])]
