"""Checks that need no running Asterisk: lines that cannot work."""

import pytest

from asterisk_conf.checks.finding import Level
from asterisk_conf.checks.trunks import check_trunks
from asterisk_conf.spec import TelephonySpec, TrunkSpec
from tests.unit.asterisk_conf.builders import SECRETS

CARRIER = TrunkSpec("carrier", "sip.carrier.example", matches=("198.51.100.0/24",))
PROXY = TrunkSpec("proxy", "127.0.0.1", matches=("127.0.0.1",))


@pytest.mark.parametrize(
    ("trunks", "bound", "level", "words"),
    [
        ((), "127.0.0.1", Level.OK, "none"),
        ((PROXY,), "127.0.0.1", Level.OK, "proxy"),
        ((CARRIER,), "0.0.0.0", Level.OK, "carrier"),
        ((PROXY, CARRIER), "127.0.0.1", Level.ERROR, "from where carrier cannot be reached"),
        (
            (TrunkSpec("carrier", "192.0.2.1"),),
            "192.0.2.7",
            Level.WARN,
            "calls that come by carrier are refused",
        ),
    ],
)
def test_lines_that_cannot_work_are_found(
    trunks: tuple[TrunkSpec, ...], bound: str, level: Level, words: str
) -> None:
    found = check_trunks(TelephonySpec(SECRETS, trunks=trunks, sip_bind=bound))
    assert found.level is level
    assert words in found.sentence
