"""The line to Asterisk: events become facts on the floor, commands go to it, its records fill the holes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from asterisk_conf.rotation import keep_records_small
from asterisk_conf.secrets import mark_of_test_calls
from asterisk_conf.test_call import test_call_action
from cti.ami.action import AmiAction
from cti.ami.link import AmiLink
from cti.ami.normaliser import WANTED, means_nothing
from cti.control.commands import PlaceTestCall, Refused
from cti.control.control import Control
from cti.day_turn import DayTurn
from cti.port import FloorPort, LocalFloorPort
from cti.reconciler.bookmark import NAME as RECORDS
from cti.reconciler.bookmark import Bookmark
from cti.reconciler.reconciler import Reconciler
from cti.reconciler.stored import FloorAndStorage, StoredBookmarks
from cti.refused.stored import StoredRefusals
from cti.resuming import resume_floor, unheard_since
from cti.session import AsteriskSession, Pace
from ringdesk.assembly.core import Core
from ringdesk.assembly.part import OK, Check, Part


@dataclass(frozen=True, slots=True)
class Line:
    """By what other parts reach Asterisk: questions by `link`, commands by `control`.

    `port` is the one door for whoever is no part of telephony.
    """

    link: AmiLink
    session: AsteriskSession
    control: Control
    port: FloorPort
    reconciler: Reconciler
    parts: Sequence[Part]


async def build(core: Core, refusals: StoredRefusals, pace: Pace) -> Line:
    """The floor is taken up where the service stopped, before any part runs. `pace` is the recorder's."""
    installation = core.installation
    reconciler = Reconciler(
        installation.asterisk_folders.log,
        StoredBookmarks(core.database.recorder),
        FloorAndStorage(core.floor, core.database.recorder),
        core.live.observe,
        core.clock,
        listening=lambda: core.floor.system.link.up,
        turned_away=refusals.take_recorded,
    )
    session = AsteriskSession(
        core.live,
        reconciler,
        clock=core.clock,
        last_heard=await _last_heard(core),
        penalty=lambda agent, queue: penalty(control, agent, queue),
        pace=pace,
    )
    link = AmiLink(
        installation.ami(),
        wanted=WANTED,
        on_event=session.on_event,
        on_state=session.on_state,
        secret=installation.ami_secret(),
        skip=means_nothing,
    )
    session.link = link
    control = Control(
        core.live,
        link,
        core.bus,
        clock=core.clock,
        test_call=test_caller(installation.secrets.watched("phones")),
        destinations=core.settings.asterisk.dial_rules(core.settings.crm.home_region),
    )
    port = LocalFloorPort(core.live, core.bus, control.execute, core.clock)
    return Line(link, session, control, port, reconciler, _parts(core, link, session, reconciler))


def _parts(core: Core, link: AmiLink, session: AsteriskSession, reconciler: Reconciler) -> tuple[Part, ...]:
    installation = core.installation
    return (
        Part(
            "Asterisk link",
            link.run,
            load=lambda: resume_floor(core.floor, core.database, core.started_at),
            health=lambda: system_checks(core),
        ),
        Part("comparison", session.keep_honest),
        Part("day", DayTurn(core.live, core.clock).run),
        Part("Asterisk's records", reconciler.run),
        Part(
            "size of Asterisk's records",
            lambda: keep_records_small(installation.asterisk(installation.plain_spec())),
        ),
    )


def system_checks(core: Core) -> Iterable[Check]:
    """What the floor itself knows: whether Asterisk is heard, and whether records can be written."""
    system = core.floor.system
    yield Check("asterisk", "up" if system.link.up else "down", keeps_from_calls=not system.link.up)
    yield Check("storage", OK if system.storage.trouble is None else "trouble")


async def _last_heard(core: Core) -> datetime | None:
    bookmark = Bookmark.from_json(await StoredBookmarks(core.database).get(RECORDS))
    return await unheard_since(core.database, bookmark.heard_until if bookmark else None)


def penalty(control: Control, agent: str, queue: str) -> int:
    """How late the agent is asked in the queue, 0 for one who does not serve it."""
    of_agent = control.memberships.get(agent, ())
    return next((it.penalty for it in of_agent if it.queue == queue), 0)


def test_caller(master: Callable[[], str]) -> Callable[[PlaceTestCall], AmiAction]:
    """Makes the action of a test call, which carries the mark by which figures leave it out."""

    def action(command: PlaceTestCall) -> AmiAction:
        mark = mark_of_test_calls(master())
        try:
            return test_call_action(command.hotline, command.from_number, command.keys, mark=mark)
        except ValueError as problem:
            raise Refused("bad_test_call", str(problem)) from None

    return action
