"""Settings that Asterisk cannot have are refused when they are read, not when they are rendered."""

from typing import Any

import pytest
from pydantic import ValidationError

from asterisk_conf.settings import AsteriskSettings
from asterisk_conf.spec import Identity
from crm.rules.destinations import DialRules

TRUNK = {"name": "carrier", "host": "sip.carrier.example", "matches": ["198.51.100.0/24"]}


@pytest.mark.parametrize(
    ("given", "where", "sentence"),
    [
        ({"trunks": [{**TRUNK, "name": "My Carrier"}]}, ("trunks", 0), "the name of a trunk cannot be"),
        (
            {"trunks": [{**TRUNK, "matches": ["carrier.example"]}]},
            ("trunks", 0),
            "an IP address or a network",
        ),
        ({"trunks": [{**TRUNK, "registers": True}]}, ("trunks", 0), "registers needs a user and a password"),
        (
            {"trunks": [{**TRUNK, "forbidden_numbers": ["86-1"]}]},
            ("trunks", 0, "forbidden_numbers", 0),
            "'86-1' is no pattern of numbers",
        ),
        ({"sip_bind": "eth0"}, (), "sip_bind must be an IP address, not 'eth0'"),
        ({"rtp_first": 13000, "rtp_last": 12000}, (), "the range of RTP ports is too small"),
        ({"trunk_session_seconds": 60}, ("trunk_session_seconds",), "greater than or equal to 90"),
    ],
)
def test_a_wrong_setting_is_refused_in_its_place(
    given: dict[str, Any], where: tuple[str | int, ...], sentence: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        AsteriskSettings.model_validate(given)
    (fault,) = caught.value.errors()
    assert fault["loc"] == where
    assert sentence in fault["msg"]


def test_a_sound_trunk_is_taken() -> None:
    (trunk,) = AsteriskSettings.model_validate({"trunks": [TRUNK], "sip_bind": "0.0.0.0"}).trunks
    assert trunk.spec().matches == ("198.51.100.0/24",)


def test_what_may_be_dialled_is_what_the_first_trunk_says() -> None:
    rules = {"allowed_numbers": ["+86*"], "forbidden_numbers": ["+86139*"], "premium_numbers": True}
    ruled = AsteriskSettings.model_validate({"trunks": [{**TRUNK, **rules}, {**TRUNK, "name": "other"}]})
    assert ruled.dial_rules("DE") == DialRules("DE", ("+86*",), ("+86139*",), premium=True)
    for nothing_said in ({}, {"trunks": [TRUNK]}):
        assert AsteriskSettings.model_validate(nothing_said).dial_rules("DE") == DialRules(
            "DE", (), (), False
        )


def test_whose_word_for_the_caller_counts_is_said_for_each_trunk() -> None:
    trusted = {**TRUNK, "name": "trusted", "identity": "p-asserted"}
    trunks = AsteriskSettings.model_validate({"trunks": [TRUNK, trusted]}).trunks
    assert [trunk.spec().identity for trunk in trunks] == [Identity.FROM, Identity.P_ASSERTED]
