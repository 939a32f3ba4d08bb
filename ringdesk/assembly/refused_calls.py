"""The parts that hear of calls which did not come in: from SIP as it passes, and from Asterisk's records."""

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from asterisk_conf.secrets import capture_key, mark_of_test_calls
from asterisk_conf.spec import Identity, TelephonySpec
from cti.refused.attempts import Attempts, Line, Surroundings
from cti.refused.listener import CaptureListener, listen
from cti.refused.stored import StoredRefusals
from ringdesk.assembly.core import Core
from ringdesk.assembly.part import Part
from ringdesk.installation.addresses import interface_addresses


@dataclass(frozen=True, slots=True)
class RefusedCallParts:
    """What the records tell goes to `refusals`."""

    refusals: StoredRefusals
    parts: Sequence[Part]


def build(core: Core) -> RefusedCallParts:
    """What kept calls away just before the service stopped is loaded before any part runs."""
    secrets, spec = core.installation.secrets, core.installation.plain_spec()
    refusals = StoredRefusals(core.live, core.database, core.settings.refused, core.clock)
    ami_secret, phones_secret = secrets.watched("ami"), secrets.watched("phones")
    attempts = Attempts(surroundings(spec, core.floor.agents.__contains__, phones_secret))
    listener = partial(CaptureListener, lambda: capture_key(ami_secret()), attempts, refusals.keeper.note)
    return RefusedCallParts(
        refusals,
        (
            Part("refused calls", refusals.keeper.run, load=refusals.resume),
            Part("news of refused calls", lambda: listen(spec.ports.capture, listener)),
        ),
    )


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
