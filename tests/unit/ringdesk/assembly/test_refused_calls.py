"""Whose call a refused one is, as the specification of Asterisk has it."""

from asterisk_conf.secrets import mark_of_test_calls
from asterisk_conf.spec import Identity, ListenSpec, TelephonySpec, TrunkSpec
from asterisk_conf.test_call import number_of_test_calls
from cti.refused.attempts import Line
from cti.refused.sip import user_of
from ringdesk.assembly.refused_calls import surroundings
from tests.unit.asterisk_conf.builders import SECRETS

SPEC = TelephonySpec(
    SECRETS,
    trunks=(TrunkSpec("carrier", "10.0.0.1", matches=("10.0.0.0/24",), identity=Identity.P_ASSERTED),),
    listen=ListenSpec("192.0.2.7", 8189, "/c.crt", "/c.key"),
)


def test_whose_call_it_is() -> None:
    here = surroundings(SPEC, {"1001"}.__contains__, lambda: SECRETS.master, ("192.0.2.7",))
    assert here.sip_port == SPEC.ports.sip
    assert set(here.web_ports) == {SPEC.ports.http, 8189}
    assert here.line_of("10.0.0.77") == Line("carrier", asserted=True)
    assert here.line_of("127.0.0.1") == Line("trunk", asserted=False)
    assert here.line_of("203.0.113.9") is None
    assert [here.is_here(a) for a in ("192.0.2.7", "127.0.0.5", "::1", "10.0.0.1")] == [
        True,
        True,
        True,
        False,
    ]
    assert here.is_phone("1001")
    # However long the hotline's number is.
    hotline, mark = "+8610123456789012345", mark_of_test_calls(SPEC.secrets.master)
    dialled = user_of(f"<sip:{number_of_test_calls(hotline, mark)}@x>")
    assert [here.is_test(one) for one in (dialled, hotline, f"{hotline}.{mark[:-1]}", mark)] == [
        True,
        False,
        False,
        False,
    ]
