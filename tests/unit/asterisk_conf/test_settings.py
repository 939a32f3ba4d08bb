"""Settings that Asterisk cannot have are refused when they are read, not when they are rendered."""

from typing import Any

import pytest
from pydantic import ValidationError

from asterisk_conf.settings import AsteriskSettings

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
