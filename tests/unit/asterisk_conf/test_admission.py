"""The limits of what comes in: what fits the machine, what the owner says, what is rendered of it."""

from pathlib import Path

import pytest

from asterisk_conf.admission import AdmissionSpec, channels_of, fitting_limits
from asterisk_conf.render import rendered_texts
from asterisk_conf.settings import AsteriskSettings, LimitSettings, TrunkSettings
from asterisk_conf.spec import HotlineSpec, Identity, PortSpec, QueueSpec, TelephonySpec, TrunkSpec
from asterisk_conf.spec_rules import WrongSpec
from tests.unit.asterisk_conf.builders import SECRETS, folders, program


def test_two_cores_and_the_default_ports_take_three_hundred_callers() -> None:
    assert fitting_limits(channels_of(12000, 12999), trunks=1, cores=2) == AdmissionSpec(300, 300, 10, 20)


def test_fewer_ports_or_cores_take_fewer_and_several_trunks_share() -> None:
    assert fitting_limits(channels=200, trunks=1, cores=2).calls == 120
    assert fitting_limits(channels=500, trunks=1, cores=1).calls == 150
    assert fitting_limits(channels=500, trunks=2, cores=2).per_trunk == 240
    assert fitting_limits(channels=1, trunks=2, cores=1) == AdmissionSpec(1, 1, 10, 10)


def test_what_the_owner_says_counts_and_a_trunks_share_follows() -> None:
    two = (TrunkSettings(name="a", host="10.0.0.1"), TrunkSettings(name="b", host="10.0.0.2"))
    said = AsteriskSettings(trunks=two, limits=LimitSettings(calls=100, calls_per_number=0)).admission()
    assert (said.calls, said.per_trunk, said.per_number) == (100, 80, 0)
    own = AsteriskSettings(limits=LimitSettings(calls_per_trunk=7, new_calls_a_second=3)).admission()
    assert (own.per_trunk, own.new_a_second) == (7, 3)
    assert AsteriskSettings(limits=LimitSettings(calls=0)).admission().calls == 0


@pytest.mark.parametrize("wrong", [-1, 100_001])
def test_a_limit_that_is_none_is_refused(wrong: int) -> None:
    for name in ("calls", "per_trunk", "per_number", "new_a_second"):
        with pytest.raises(WrongSpec, match=name):
            AdmissionSpec(**{name: wrong})
    with pytest.raises(WrongSpec, match="max_calls"):
        TrunkSpec("carrier", "10.0.0.1", max_calls=wrong)


def texts(root: Path, admission: AdmissionSpec) -> dict[str, str]:
    spec = TelephonySpec(
        SECRETS,
        hotlines=(HotlineSpec("4001", "service"),),
        queues=(QueueSpec("service"),),
        trunks=(
            TrunkSpec("carrier", "10.0.0.1", matches=("10.0.0.1",), identity=Identity.P_ASSERTED),
            TrunkSpec("small", "10.0.0.2", matches=("10.0.0.2",), max_calls=30),
        ),
        ports=PortSpec(rtp_first=12000, rtp_last=12999),
        admission=admission,
    )
    return rendered_texts(spec, folders(root), program(root))


def test_every_way_in_is_admitted_first(tmp_path: Path) -> None:
    lines = texts(tmp_path, AdmissionSpec(300, 240, 10, 20))["extensions.conf"].splitlines()
    ways = lines[lines.index("[ringdesk-trunk]") : lines.index("[ringdesk-hotline]")]
    entries = [
        number
        for number, line in enumerate(ways)
        if line.startswith("exten") and not line.startswith("exten => s,")
    ]
    assert entries
    for number in entries:
        first, *then = ways[number : number + 3]
        assert first.endswith(",1,Gosub(ringdesk-genuine,s,1)")
        # Whether it is a test call has to be known by then.
        done = [line for line in then if not line.startswith(" same => n,Set(RD_TEST=")]
        assert done[0].startswith(" same => n,Gosub(ringdesk-admit,s,1(")


def test_limits_are_rendered_and_none_are_left_out(tmp_path: Path) -> None:
    limited = texts(tmp_path, AdmissionSpec(300, 240, 10, 20))
    for bound in ("@rd_number)} > 10]", "@rd_second)} > 20]", "@rd_calls)} > 300]"):
        assert bound in limited["extensions.conf"]
    assert "maxcalls = 500" in limited["asterisk.conf"]
    free = texts(tmp_path, AdmissionSpec())
    assert "> 0]?busy" not in free["extensions.conf"]
    assert "maxcalls" not in free["asterisk.conf"]


def test_each_trunk_has_its_name_its_limit_and_its_trust(tmp_path: Path) -> None:
    text = texts(tmp_path, AdmissionSpec(300, 240, 10, 20))["pjsip.conf"]
    carrier, small = text.partition("[carrier](line)")[2].split("[small](line)")
    assert "set_var = RD_TRUNK=carrier" in carrier
    assert "set_var = RD_TRUNK_CALLS=240" in carrier
    assert "trust_id_inbound = yes" in carrier
    assert "set_var = RD_TRUNK_CALLS=30" in small
    assert "trust_id_inbound" not in small


def test_what_asterisk_tells_goes_to_this_machine_with_a_key_of_its_own(tmp_path: Path) -> None:
    text = texts(tmp_path, AdmissionSpec())["hep.conf"]
    assert "capture_address = 127.0.0.1:4574" in text
    assert SECRETS.ami not in text
