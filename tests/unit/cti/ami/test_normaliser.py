"""What single AMI events mean; whole calls are in tests/traces."""

import pytest

from cti.ami.normaliser import normalise
from cti.domain import events as ev

CALL = "ringdesk-1.0"


def given_up(cause: str, **changed: str) -> tuple[ev.Event, ...]:
    """What HangupRequest of an agent's phone means."""
    fields = {
        "Event": "HangupRequest",
        "Timestamp": "1795320223.200337",
        "Channel": "PJSIP/1001-00000001",
        "ChannelStateDesc": "Ringing",
        "Uniqueid": "ringdesk-1.1",
        "ChanVariable": f"RD_CALL={CALL}",
        "Cause": cause,
    }
    return normalise({**fields, **changed})


@pytest.mark.parametrize(
    ("cause", "result"),
    [
        ("17", ev.RingResult.REFUSED),
        ("21", ev.RingResult.REFUSED),
        ("20", ev.RingResult.UNREACHABLE),
        ("44", ev.RingResult.UNREACHABLE),
    ],
)
def test_a_phone_tells_why_it_did_not_take_the_call(cause: str, result: ev.RingResult) -> None:
    (ended,) = given_up(cause)
    assert isinstance(ended, ev.RingEnded)
    assert (ended.call_id, ended.agent, ended.result) == (CALL, "1001", result)


@pytest.mark.parametrize(
    ("cause", "changed"),
    [
        ("16", {}),
        ("", {}),
        ("44", {"ChannelStateDesc": "Up"}),
        ("17", {"Channel": "PJSIP/trunk-00000000"}),
        ("17", {"Uniqueid": CALL}),
        ("17", {"ChanVariable": "RD_CALL="}),
    ],
    ids=["says nothing", "no cause", "in conversation", "the caller", "own click to dial", "no call of ours"],
)
def test_every_other_hang_up_says_nothing_of_a_ring(cause: str, changed: dict[str, str]) -> None:
    assert given_up(cause, **changed) == ()
