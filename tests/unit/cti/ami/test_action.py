"""What may be sent to Asterisk, and that hostile texts are sent unharmed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cti.ami.action import MAX_LINE_BYTES, AmiValueRefused, checked
from tests.unit.cti.ami.fake_ami import FakeAmi, answer
from tests.unit.cti.ami.listening import listening

HOSTILE = ('"', "${SHELL(reboot)}", "🦊" * 200, "a: b", "x" * 200, "", "<script>", "\\r\\n", "李娜")


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_hostile_text_arrives_as_it_was(text: str) -> None:
    async with FakeAmi() as ami, listening(ami) as owner:
        ami.answers["UserEvent"] = answer()
        await owner.link.action({"Action": "UserEvent", "Text": text})
        assert ami.asked[-1]["Text"] == text
        assert ami.count("UserEvent") == 1


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text())
def test_only_a_text_that_stays_on_its_line_is_accepted(text: str) -> None:
    try:
        accepted = checked({"Action": "UserEvent", "T": text})
    except AmiValueRefused:
        assert any(bad in text for bad in "\r\n\0") or any("\ud800" <= c <= "\udfff" for c in text)
    else:
        assert accepted["T"] == text
        assert len(text.encode().splitlines()) <= 1 or not {"\r", "\n"} & set(text)


def test_a_line_that_asterisk_would_cut_is_refused() -> None:
    room = MAX_LINE_BYTES - len("T: ")
    checked({"Action": "UserEvent", "T": "x" * room})
    with pytest.raises(AmiValueRefused, match="1023 bytes"):
        checked({"Action": "UserEvent", "T": "x" * (room + 1)})
    with pytest.raises(AmiValueRefused):
        checked({"Action": "UserEvent", "T": "李" * room})


@pytest.mark.parametrize("fields", [{}, {"Action": ["Ping", "Ping"]}, {"Action": "Ping", "actionID": "1"}])
def test_an_action_has_one_name_and_no_id_of_its_own(fields: dict[str, str]) -> None:
    with pytest.raises(AmiValueRefused):
        checked(fields)


def test_a_value_that_is_no_unicode_is_refused() -> None:
    with pytest.raises(AmiValueRefused, match="UTF-8"):
        checked({"Action": "UserEvent", "T": "\ud800"})
