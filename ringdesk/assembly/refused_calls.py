"""Puts together what hears of refused calls: their book, who keeps it, and what listens to Asterisk."""

import asyncio
import ipaddress
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from asterisk_conf.secrets import capture_key, mark_of_test_calls
from asterisk_conf.spec import Identity, TelephonySpec
from cti.domain.refusals import CallsRefused, CallTurnedAway, RefusalCause
from cti.live import LiveFloor
from cti.records.turned_away import BY_LIMIT
from cti.refused.attempts import Attempts, Line, Surroundings
from cti.refused.book import RefusalBook
from cti.refused.keeper import RefusalKeeper
from cti.refused.listener import CaptureListener, listen
from cti.settings import RefusalSettings
from ringdesk.installation.addresses import interface_addresses
from storage.database import Database
from storage.repositories.refused_calls import RefusedCalls
from storage.tables import RefusedCall

log = structlog.get_logger(__name__)

FORGET_EVERY_S = 3600.0
# However many there are: some megabytes.
MOST_KEPT = 100_000


class RefusedCallParts:
    """The tasks of the service that deal with refused calls."""

    def __init__(
        self,
        live: LiveFloor,
        database: Database,
        spec: TelephonySpec,
        settings: RefusalSettings,
        clock: Callable[[], datetime],
        *,
        ami_secret: Callable[[], str],
        phones_secret: Callable[[], str],
    ) -> None:
        self._database = database
        self._spec = spec
        self._settings = settings
        self._clock = clock
        self._ami_secret = ami_secret
        self._window = timedelta(minutes=settings.alarm_minutes)
        self._book = RefusalBook(live.floor.epoch, settings.alarm_calls, self._window)
        self.keeper = RefusalKeeper(self._book, live.observe, clock)
        self._attempts = Attempts(surroundings(spec, live.floor.agents.__contains__, phones_secret))
        self._counted_until: datetime | None = None

    async def resume(self) -> None:
        """What kept calls away just before the service stopped keeps them away still."""
        async with self._database.session() as session:
            rows = await RefusedCalls(session).since(self._clock() - self._window)
            self._counted_until = await RefusedCalls(session).last_at(BY_LIMIT)
        self._book.resume(map(_line_of_row, rows))

    def take_recorded(self, fact: CallTurnedAway) -> None:
        """One of whom Asterisk's records tell; they may be read again from where an earlier run read them."""
        if self._counted_until is None or fact.at > self._counted_until:
            self.keeper.note(fact)

    async def hear(self) -> None:
        """Until cancelled."""
        make = partial(CaptureListener, self._key, self._attempts, self.keeper.note)
        await listen(self._spec.ports.capture, make)

    def _key(self) -> str:
        return capture_key(self._ami_secret())

    async def forget_old(self) -> None:
        """Until cancelled."""
        while True:
            until = self._clock() - timedelta(days=self._settings.keep_days)
            try:
                async with self._database.transaction() as session:
                    await RefusedCalls(session).forget(until=until, most=MOST_KEPT)
            except Exception as problem:
                # A database that is away; an hour later is early enough.
                log.warning("old refused calls not deleted", problem=repr(problem))
            await asyncio.sleep(FORGET_EVERY_S)


def surroundings(
    spec: TelephonySpec,
    is_phone: Callable[[str], bool],
    phones_secret: Callable[[], str],
    own: Sequence[str] | None = None,
) -> Surroundings:
    """Asterisk's ports, this machine's addresses, and the trunks as the spec has them."""
    ours = frozenset(interface_addresses() if own is None else own)
    wss = {spec.listen.port} if spec.listen else set[int]()

    def line_of(address: str) -> Line | None:
        trunk = next((t for t in spec.all_trunks if t.covers(address)), None)
        return Line(trunk.name, trunk.identity is Identity.P_ASSERTED) if trunk else None

    return Surroundings(
        sip_port=spec.ports.sip,
        web_ports=frozenset({spec.ports.http, *wss}),
        is_here=lambda address: address in ours or ipaddress.ip_address(address).is_loopback,
        line_of=line_of,
        is_phone=is_phone,
        is_test=lambda dialled: dialled.partition(".")[2] == mark_of_test_calls(phones_secret()),
    )


def _line_of_row(row: RefusedCall) -> CallsRefused:
    return CallsRefused(
        at=row.last_at,
        uid=row.uid,
        first_at=row.first_at,
        cause=RefusalCause(row.cause),
        trunk=row.trunk,
        number=row.number,
        dialled=row.dialled,
        address=row.address,
        detail=row.detail,
        count=row.count,
    )
