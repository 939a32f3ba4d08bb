"""A port that somebody holds is found, named with its holder, and one that is free is not complained of."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from asterisk_conf.ports import Port, Protocol
from asterisk_conf.spec import SecretSpec, TelephonySpec
from ringdesk.installation.home import Home
from ringdesk.installation.ports import all_ports, owner_of, refuse_taken, service_ports, why_not
from ringdesk.problem import Problem
from ringdesk.settings.sources import load


@pytest.fixture(params=list(Protocol))
def held(request: pytest.FixtureRequest) -> Iterator[tuple[Protocol, int]]:
    protocol: Protocol = request.param
    with socket.socket(type=socket.SOCK_STREAM if protocol is Protocol.TCP else socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        if protocol is Protocol.TCP:
            holder.listen()
        yield protocol, holder.getsockname()[1]


def port(number: int, protocol: Protocol = Protocol.TCP, address: str = "127.0.0.1") -> Port:
    return Port("the console", "asterisk.sip_port", protocol, address, number)


def test_a_held_port_is_refused_with_its_holder_and_the_cure(held: tuple[Protocol, int]) -> None:
    protocol, number = held
    assert f"(process {os.getpid()})" in (owner_of(protocol, number) or "")
    with pytest.raises(Problem) as caught:
        refuse_taken([port(number, protocol)])
    assert caught.value.sentence.startswith(f"port {number}/{protocol} (the console) is used by ")
    assert str(os.getpid()) in caught.value.sentence
    assert caught.value.sentence.endswith("choose another port with RINGDESK_ASTERISK__SIP_PORT")


def test_a_port_held_on_all_addresses_is_found() -> None:
    with socket.socket() as holder:
        holder.bind(("0.0.0.0", 0))
        holder.listen()
        assert why_not(port(holder.getsockname()[1]))


def test_a_free_port_is_not_complained_of(held: tuple[Protocol, int]) -> None:
    protocol, number = held
    other = Protocol.UDP if protocol is Protocol.TCP else Protocol.TCP
    refuse_taken([port(number, other)])


def test_a_port_of_a_connection_that_lingers_is_free() -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        number = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", number)) as client:
            accepted, _ = server.accept()
            accepted.close()  # the server's side closes first: it keeps the port in TIME_WAIT
            client.recv(1)
    assert why_not(port(number)) is None


def test_a_port_that_two_settings_name_is_refused() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    console = Port("the console", "port", Protocol.TCP, "127.0.0.1", number)
    ami = Port("AMI", "asterisk.ami_port", Protocol.TCP, "127.0.0.1", number)
    refuse_taken([console])
    with pytest.raises(Problem, match=f"port {number}/tcp is set for the console and for AMI; .*AMI_PORT"):
        refuse_taken([console, ami])


def test_an_address_of_another_machine_is_said() -> None:
    assert "192.0.2.1 is not an address of this machine" in (why_not(port(8700, address="192.0.2.1")) or "")


def test_beyond_this_machine_our_own_commands_have_a_port_of_their_own(tmp_path: Path) -> None:
    near, far = (load(Home(tmp_path), environment={}, listen=listen) for listen in ("127.0.0.1", "192.0.2.7"))
    assert [one.setting for one in service_ports(near)] == [
        "port",
        "asterisk.agi_port",
        "asterisk.capture_port",
    ]
    assert [one.setting for one in service_ports(far)] == [
        "port",
        "asterisk.agi_port",
        "asterisk.capture_port",
        "local_port",
    ]


def test_an_asterisk_of_the_owners_own_has_its_ports_already(tmp_path: Path) -> None:
    spec = TelephonySpec(secrets=SecretSpec("m" * 20, "a" * 20, "w" * 20, "g" * 20))
    own = load(Home(tmp_path), environment={})
    foreign = load(Home(tmp_path), environment={}, asterisk={"external": {"configuration": "/etc/asterisk"}})
    assert "asterisk.sip_port" in [port.setting for port in all_ports(own, spec)]
    assert all_ports(foreign, spec) == service_ports(foreign)
