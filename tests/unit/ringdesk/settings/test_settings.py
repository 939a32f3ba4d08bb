"""Settings: which source wins, and a clear sentence for every mistake."""

from pathlib import Path
from typing import Any

import pytest

from ringdesk.installation.home import Home
from ringdesk.problem import Problem
from ringdesk.settings.reference import described
from ringdesk.settings.settings import Settings
from ringdesk.settings.sources import load


def loaded(
    folder: Path, *, file: str = "", environment: dict[str, str] | None = None, **given: Any
) -> Settings:
    if file:
        (folder / "ringdesk.toml").write_text(file)
    return load(Home(folder), environment=environment or {}, **given)


def test_without_a_file_everything_is_local(tmp_path: Path) -> None:
    settings = loaded(tmp_path)
    assert not settings.listens_beyond_this_machine
    assert settings.console_url == "http://localhost:8700/"
    assert settings.local_url == "http://127.0.0.1:8700"


def test_the_call_wins_over_variables_and_those_over_the_file(tmp_path: Path) -> None:
    file = 'port = 1111\nlog_level = "debug"\nlisten = "192.0.2.1"\n'
    variables = {"RINGDESK_PORT": "2222", "RINGDESK_LISTEN": "192.0.2.2"}
    settings = loaded(tmp_path, file=file, environment=variables, listen="192.0.2.3")
    assert (settings.log_level, settings.port, settings.listen) == ("debug", 2222, "192.0.2.3")


def test_sections_are_merged_key_by_key(tmp_path: Path) -> None:
    variables = {"RINGDESK_ASTERISK__SIP_PORT": "5260", "RINGDESK_CONSOLE__SIGN_IN__IDLE_MINUTES": "5"}
    settings = loaded(tmp_path, file="[asterisk]\nhttp_port = 8288\n", environment=variables)
    assert (settings.asterisk.sip_port, settings.asterisk.http_port) == (5260, 8288)
    assert settings.console.sign_in.idle_minutes == 5


def test_what_was_not_given_in_the_call_does_not_count(tmp_path: Path) -> None:
    assert loaded(tmp_path, environment={"RINGDESK_PORT": "2222"}, port=None).port == 2222


@pytest.mark.parametrize(
    ("file", "environment", "sentence"),
    [
        ("prot = 1", {}, "ringdesk.toml: prot is not a setting of Ringdesk; did you mean port?"),
        (
            "[asterisk]\nsip_prot = 1",
            {},
            "asterisk.sip_prot is not a setting of Ringdesk; did you mean sip_port?",
        ),
        (
            "",
            {"RINGDESK_PROT": "1"},
            "the variable RINGDESK_PROT is not a setting of Ringdesk; did you mean RINGDESK_PORT",
        ),
        (
            "",
            {"RINGDESK_ASTERISK__SIP_PROT": "1"},
            "RINGDESK_ASTERISK__SIP_PROT is not a setting of Ringdesk; did you",
        ),
        ("port = 99999", {}, "ringdesk.toml: port: input should be less than or equal to 65535"),
        ("", {"RINGDESK_PORT": "many"}, "RINGDESK_PORT: input should be a valid integer"),
        ('listen = "desk.example"', {}, "ringdesk.toml: listen: 'desk.example' is not an IP address"),
        ('time_zone = "Asia/Atlantis"', {}, "time_zone: 'Asia/Atlantis' is not the name of a time zone"),
        ('log_level = "loud"', {}, "log_level: input should be 'debug', 'info', 'warning' or 'error'"),
        ("port = ", {}, "ringdesk.toml is not valid TOML"),
        ("\x00", {}, "ringdesk.toml is not valid TOML"),
        ("asterisk = 5", {}, "ringdesk.toml: asterisk is a section of settings, not a single value"),
        (
            '[[asterisk.trunks]]\nname = "carrier"\n',
            {},
            "ringdesk.toml: asterisk.trunks.0.host is missing",
        ),
        (
            '[[asterisk.trunks]]\nname = "carrier"\nhost = "sip.example"\nprot = 1\n',
            {},
            "ringdesk.toml: asterisk.trunks.0.prot is not a setting of Ringdesk",
        ),
        ("", {"RINGDESK_ASTERISK__TRUNKS": "carrier"}, "RINGDESK_ASTERISK__TRUNKS stands for several values"),
        ("", {"RINGDESK_PORT__X": "1"}, "the variable RINGDESK_PORT__X is not a setting of Ringdesk"),
        ('listen = "::"', {}, "ringdesk.toml: listen: '::' is not one address"),
    ],
)
def test_a_mistake_is_one_sentence_that_names_it(
    tmp_path: Path, file: str, environment: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Problem) as caught:
        loaded(tmp_path, file=file, environment=environment)
    assert sentence in caught.value.sentence
    assert "\n" not in caught.value.sentence.removesuffix("\n")


@pytest.mark.parametrize(
    ("environment", "given", "place"),
    [
        ({}, {}, "ringdesk.toml: listen: "),
        ({"RINGDESK_LISTEN": "wrong"}, {}, "RINGDESK_LISTEN: "),
        ({"RINGDESK_LISTEN": "wrong"}, {"listen": "wrong"}, "--listen: "),
    ],
)
def test_of_several_places_the_one_whose_value_counts_is_named(
    tmp_path: Path, environment: dict[str, str], given: dict[str, str], place: str
) -> None:
    with pytest.raises(Problem) as refused:
        loaded(tmp_path, file='listen = "wrong"', environment=environment, **given)
    assert place in str(refused.value).removeprefix(str(tmp_path))


def test_the_folder_and_the_interpreter_are_named_by_variables_that_are_no_settings(tmp_path: Path) -> None:
    loaded(tmp_path, environment={"RINGDESK_HOME": "/x", "RINGDESK_PYTHON": "python3", "OTHER": "1"})


@pytest.mark.parametrize("address", ["192.0.2.7", "0.0.0.0", "2001:db8::7"])
def test_any_address_but_loopback_is_served_encrypted(tmp_path: Path, address: str) -> None:
    settings = loaded(tmp_path, listen=address)
    assert settings.listens_beyond_this_machine
    assert settings.console_url.startswith("https://")
    assert settings.local_url == "http://127.0.0.1:8701"


def test_every_setting_is_described_with_its_default() -> None:
    lines = {line.name: line for line in described()}
    assert lines["port"].default == "8700"
    assert lines["asterisk.sip_port"].default == "5160"
    assert lines["ami.secret"].default == ""
