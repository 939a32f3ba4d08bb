"""The service's own door, and its health as our commands see it, whatever sits behind the socket file."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ringdesk.health.ask import Health, Question, ask_health
from ringdesk.health.door import health_door, short_name

WELL = {"status": "ok", "checks": {"asterisk": "up"}}


@asynccontextmanager
async def somebody_else(path: Path, *pieces: bytes, silent: bool = False) -> AsyncIterator[None]:
    """Sends the pieces of its answer one after the other, each by itself."""
    stop = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if silent:
            await stop.wait()
        for number, piece in enumerate(pieces):
            if number:
                await asyncio.sleep(0.02)  # else the kernel would deliver both at once
            writer.write(piece)
            await writer.drain()
        writer.close()

    listening = await asyncio.start_unix_server(serve, path)
    try:
        yield
    finally:
        stop.set()
        listening.close()
        await listening.wait_closed()


async def test_a_well_service_is_ok_and_the_kernel_says_who_it_is(tmp_path: Path) -> None:
    path = tmp_path / "door"
    async with health_door(path, lambda: WELL):
        assert await ask_health(path) == Health(True, True, {"asterisk": "up"})
        question = Question(path)
        await question.answer()
    assert question.pid == os.getpid()


async def test_each_question_is_answered_anew(tmp_path: Path) -> None:
    path, told = tmp_path / "door", [WELL, {"status": "degraded", "checks": {}}]

    def answer() -> Mapping[str, Any]:
        return told.pop(0)

    async with health_door(path, answer):
        assert [(await ask_health(path)).ok for _ in range(2)] == [True, False]


async def test_troubles_are_named(tmp_path: Path) -> None:
    checks = {"storage": "ok", "asterisk": "away since 10:02"}
    async with health_door(tmp_path / "door", lambda: {"status": "degraded", "checks": checks}):
        health = await ask_health(tmp_path / "door")
    assert (health.answered, health.ok) == (True, False)
    assert health.troubles() == ["asterisk: away since 10:02"]


async def test_the_door_is_for_its_own_user_and_gone_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "door"
    async with health_door(path, lambda: WELL):
        assert path.stat().st_mode & 0o777 == 0o600
    assert not path.exists()
    assert await ask_health(path) == Health(False)


async def test_a_door_that_a_killed_service_left_behind_makes_room(tmp_path: Path) -> None:
    path = tmp_path / "door"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    assert await ask_health(path) == Health(False)
    async with health_door(path, lambda: WELL):
        assert (await ask_health(path)).ok


async def test_a_home_folder_may_have_a_long_name(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    async with health_door(folder / "door", lambda: WELL):
        assert (await ask_health(folder / "door")).ok


def test_a_short_name_keeps_nothing_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    with short_name(tmp_path / "door"):
        pass
    assert len(os.listdir("/proc/self/fd")) == before


async def test_whoever_leaves_before_the_answer_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "door"
    async with health_door(path, lambda: {"status": "ok", "checks": {"much": "x" * 10_000_000}}):
        for _ in range(5):
            with socket.socket(socket.AF_UNIX) as hasty:
                hasty.connect(str(path))
        assert not (await ask_health(path)).answered  # longer than anybody reads


async def test_an_answer_that_comes_in_pieces_is_read_to_its_end(tmp_path: Path) -> None:
    answer = json.dumps(WELL).encode()
    async with somebody_else(tmp_path / "door", answer[:-20], answer[-20:]):
        assert (await ask_health(tmp_path / "door")).ok


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n", b"[]", b"1", b"\xff", b'{"status"'])
async def test_something_else_behind_the_door_is_no_service(tmp_path: Path, answer: bytes) -> None:
    async with somebody_else(tmp_path / "door", answer):
        assert not (await ask_health(tmp_path / "door")).answered


async def test_a_service_that_hangs_is_away(tmp_path: Path) -> None:
    async with somebody_else(tmp_path / "door", silent=True):
        assert not (await ask_health(tmp_path / "door", timeout_s=0.05)).answered
