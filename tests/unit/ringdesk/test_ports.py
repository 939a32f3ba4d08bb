"""A port that somebody holds is found, named with its holder, and one that is free is not complained of."""

import os
import socket
from collections.abc import Iterator

import pytest

from ringdesk.ports import Port, Protocol, owner_of, taken


@pytest.fixture(params=["tcp", "udp"])
def held(request: pytest.FixtureRequest) -> Iterator[tuple[Protocol, int]]:
    protocol: Protocol = request.param
    with socket.socket(type=socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        if protocol == "tcp":
            holder.listen()
        yield protocol, holder.getsockname()[1]


def test_a_held_port_is_found_with_its_holder_and_the_cure(held: tuple[Protocol, int]) -> None:
    protocol, number = held
    port = Port("the console", protocol, "127.0.0.1", number, "RINGDESK_WEB__PORT")
    assert taken([port]) == [port]
    assert f"(process {os.getpid()})" in (owner_of(protocol, number) or "")
    complaint = port.complaint()
    assert str(number) in complaint
    assert str(os.getpid()) in complaint
    assert complaint.endswith("RINGDESK_WEB__PORT")


def test_a_port_held_on_all_addresses_is_found() -> None:
    with socket.socket() as holder:
        holder.bind(("0.0.0.0", 0))
        holder.listen()
        assert taken([Port("x", "tcp", "127.0.0.1", holder.getsockname()[1], "Y")])


def test_a_free_port_is_not_complained_of(held: tuple[Protocol, int]) -> None:
    protocol, number = held
    other: Protocol = "udp" if protocol == "tcp" else "tcp"
    assert taken([Port("x", other, "127.0.0.1", number, "Y")]) == []


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
    assert taken([Port("x", "tcp", "127.0.0.1", number, "Y")]) == []


def test_an_address_of_another_machine_is_an_error_of_its_own() -> None:
    with pytest.raises(OSError, match="assign"):
        Port("x", "tcp", "192.0.2.1", 8080, "Y").is_free()
