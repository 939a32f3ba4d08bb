"""Checks that need no running Asterisk: lines that cannot work, records that nobody puts aside."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest

from asterisk_conf.checks.disk import check_records
from asterisk_conf.checks.finding import Level
from asterisk_conf.checks.trunks import check_trunks
from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.rotation import MOST_BYTES
from asterisk_conf.server import AsteriskServer
from asterisk_conf.spec import TelephonySpec, TrunkSpec
from tests.unit.asterisk_conf.builders import SECRETS, folders

CARRIER = TrunkSpec("carrier", "sip.carrier.example", matches=("198.51.100.0/24",))
PROXY = TrunkSpec("proxy", "127.0.0.1", matches=("127.0.0.1",))


@dataclass
class Server:
    folders: AsteriskFolders


@pytest.mark.parametrize(
    ("trunks", "bound", "level", "words"),
    [
        ((), "127.0.0.1", Level.OK, "none"),
        ((PROXY,), "127.0.0.1", Level.OK, "proxy"),
        ((CARRIER,), "0.0.0.0", Level.OK, "carrier"),
        ((PROXY, CARRIER), "127.0.0.1", Level.ERROR, "from where carrier cannot be reached"),
        (
            (TrunkSpec("carrier", "192.0.2.1"),),
            "192.0.2.7",
            Level.WARN,
            "calls that come by carrier are refused",
        ),
    ],
)
def test_lines_that_cannot_work_are_found(
    trunks: tuple[TrunkSpec, ...], bound: str, level: Level, words: str
) -> None:
    found = check_trunks(TelephonySpec(SECRETS, trunks=trunks, sip_bind=bound))
    assert found.level is level
    assert words in found.sentence


def test_records_that_cannot_be_looked_at_are_a_finding(tmp_path: Path) -> None:
    own = replace(folders(tmp_path), own_log=tmp_path / ("x" * 300))
    found = check_records(cast(AsteriskServer, Server(own)))
    assert found.level is Level.WARN
    assert "File name too long" in found.sentence


def test_records_that_nobody_puts_aside_are_found(tmp_path: Path) -> None:
    where = folders(tmp_path)
    where.make()
    server = cast(AsteriskServer, Server(where))
    assert check_records(server).level is Level.OK
    where.queue_log.touch()
    os.truncate(where.queue_log, 5 * MOST_BYTES)  # a hole takes no room
    found = check_records(server)
    assert found.level is Level.WARN
    assert f"{where.queue_log} (0.3 GB)" in found.sentence
