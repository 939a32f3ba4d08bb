"""Nothing reaches a configuration file that could be read there as something else."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.spec import (
    AgentSpec,
    HotlineSpec,
    ListenSpec,
    PortSpec,
    QueueSpec,
    SecretSpec,
    TelephonySpec,
    TrunkSpec,
)

SECRETS = SecretSpec("master-secret", "ami-secret", "watchdog-secret", "agi-secret")
HARMLESS = set(string.ascii_letters + string.digits + "+-_.")
HOSTILE = (
    "",
    "a\nb",
    "service\r\n[evil]",
    "x;comment",
    "${SHELL(id)}",
    'a"b',
    "a,b",
    "a b",
    "<script>",
    "李娜",
    "x" * 200,
    "general",
    "service\n",
    "../etc",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_refused_everywhere(text: str) -> None:
    for make in (
        lambda: QueueSpec(text),
        lambda: QueueSpec("service", overflow_queue=text),
        lambda: QueueSpec("service", strategy=text),
        lambda: HotlineSpec(text, "service"),
        lambda: HotlineSpec("4001", text),
        lambda: HotlineSpec("4001", "service", text),
        lambda: AgentSpec(text),
        lambda: AgentSpec("1001", language=text),
        lambda: TrunkSpec(text, "carrier.example"),
        lambda: TrunkSpec("carrier", f"{text}."),
        lambda: TrunkSpec("carrier", "10.0.0.1", caller_number=text),
        lambda: TrunkSpec("carrier", "10.0.0.1", matches=(text,)),
        lambda: SecretSpec(text, "ami-secret", "watchdog-secret", "agi-secret"),
        lambda: TelephonySpec(SECRETS, default_language=text),
        lambda: TelephonySpec(SECRETS, sip_bind=text),
        lambda: ListenSpec(text, 8189, "/c.crt", "/c.key"),
        lambda: ListenSpec("10.0.0.1", 8189, f"/{text}\n", "/c.key"),
    ):
        with pytest.raises(ValueError, match=r"."):
            make()


@given(st.text(max_size=50))
def test_whatever_is_accepted_as_a_name_is_harmless(text: str) -> None:
    for make in (
        QueueSpec,
        AgentSpec,
        lambda t: HotlineSpec(t, "service"),
        lambda t: TrunkSpec(t, "10.0.0.1"),
    ):
        try:
            make(text)
        except ValueError:
            continue
        assert set(text) <= HARMLESS


def test_secrets_never_show_in_a_log() -> None:
    assert "ami-secret" not in repr(TelephonySpec(SECRETS))


def test_hotline_without_its_fallback_queue_is_refused() -> None:
    with pytest.raises(ValueError, match="4001 falls back"):
        TelephonySpec(SECRETS, hotlines=(HotlineSpec("4001", "service"),))


def test_overflow_into_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="service overflows"):
        TelephonySpec(SECRETS, queues=(QueueSpec("service", overflow_queue="sales"),))


def test_doubles_are_refused() -> None:
    with pytest.raises(ValueError, match="two of extension 1001"):
        TelephonySpec(SECRETS, agents=(AgentSpec("1001"), AgentSpec("1001")))


@pytest.mark.parametrize(
    ("bound", "host", "network"),
    [
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1", "127.0.0.1"),
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("::", "[::1]", "::1"),
        ("2001:db8::7", "[2001:db8::7]", "2001:db8::7"),
    ],
)
def test_calls_from_this_machine_come_from_where_sip_is_bound(bound: str, host: str, network: str) -> None:
    (own,) = TelephonySpec(SECRETS, sip_bind=bound).all_trunks
    assert (own.host, own.matches) == (host, (network,))


def test_what_asterisk_cannot_have_is_said_in_a_sentence() -> None:
    for make in (
        lambda: TrunkSpec("Carrier", "10.0.0.1"),
        lambda: TrunkSpec("carrier", "10.0.0.1", matches=("10.0.0.0/33",)),
        lambda: TelephonySpec(SECRETS, sip_bind="here"),
        lambda: TelephonySpec(SECRETS, trunks=(TrunkSpec("trunk", "10.0.0.1"),)),
        lambda: TelephonySpec(SECRETS, trunk_session_seconds=89),
        lambda: PortSpec(sip=0),
    ):
        with pytest.raises(AsteriskProblem) as caught:
            make()
        assert caught.value.sentence


def test_a_password_that_asterisk_cannot_have_is_not_shown() -> None:
    with pytest.raises(ValueError, match="the password of a trunk needs") as caught:
        TrunkSpec("carrier", "10.0.0.1", user="me", password="s3cret with blanks")
    assert "s3cret" not in str(caught.value)


def test_our_own_trunk_gives_way_to_one_that_covers_loopback() -> None:
    proxy = TrunkSpec("proxy", "127.0.0.1", matches=("127.0.0.0/8",))
    assert TelephonySpec(SECRETS, trunks=(proxy,)).all_trunks == (proxy,)
    carrier = TrunkSpec("carrier", "10.0.0.1", matches=("10.0.0.1",))
    assert [t.name for t in TelephonySpec(SECRETS, trunks=(carrier,)).all_trunks] == ["carrier", "trunk"]


def test_a_trunk_cannot_take_our_trunks_name() -> None:
    with pytest.raises(ValueError, match="two of trunk trunk"):
        TelephonySpec(SECRETS, trunks=(TrunkSpec("trunk", "10.0.0.1"),))


def test_sound_of_a_trunk_stays_on_loopback_only_if_all_its_calls_come_from_there() -> None:
    assert TrunkSpec("a", "127.0.0.1", matches=("127.0.0.1",)).is_loopback
    assert not TrunkSpec("a", "10.0.0.1", matches=("127.0.0.1", "10.0.0.1")).is_loopback
    assert not TrunkSpec("a", "10.0.0.1").is_loopback


def test_a_range_of_rtp_ports_that_serves_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        PortSpec(rtp_first=12000, rtp_last=12003)


def test_click_to_dial_needs_a_line_or_the_demo() -> None:
    assert TelephonySpec(SECRETS).outbound_trunk is None
    demo = TelephonySpec(SECRETS, demo=True).outbound_trunk
    assert demo is not None
    assert demo.name == "trunk"
