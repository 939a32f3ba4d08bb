"""Asterisk's records put aside while it writes them: nothing is lost to whoever follows them."""

import time
from functools import partial
from pathlib import Path

from asterisk_conf.rotation import held_open, records, rotate_records
from cti.reconciler.tail import Tail
from tests.support.telephony.ami_tap import AmiTap
from tests.support.telephony.lab import Lab
from tests.support.waiting import until


async def abandoned_call(lab: Lab, ami: AmiTap) -> str:
    """Calls, waits in the queue and hangs up; the call's identity, as soon as all of it is written."""
    before = len(ami.events)
    call = await (await lab.caller()).dial("4001")
    call_id = (await ami.wait("QueueCallerJoin", since=before))["Uniqueid"]
    await call.hang_up()
    last_words = {
        lab.folders.cel: "LINKEDID_END",
        lab.folders.queue_log: "ABANDON",
        lab.folders.cdr: "ANSWERED",
    }

    async def is_written() -> bool:
        return all(
            path.exists() and any(call_id in line and word in line for line in path.read_text().splitlines())
            for path, word in last_words.items()
        )

    await until(is_written)
    return call_id


def began_at(queue_log: Path) -> int:
    """The second of a file's first line."""
    return int(queue_log.read_text().partition("|")[0])


async def is_past(second: int) -> bool:
    return time.time() >= second + 1


def rest(tail: Tail) -> str:
    data = b""
    while piece := tail.next():
        data += piece
        tail.advance(len(piece))
    return data.decode()


def whole(path: Path) -> str:
    """All pieces of a file, the oldest first."""
    return "".join(file.read_text() for file in (*sorted(path.parent.glob(f"{path.name}.*")), path))


async def test_records_put_aside_again_and_again_are_followed_without_a_gap(lab: Lab) -> None:
    ami = await lab.tap()
    followed = (lab.folders.cel, lab.folders.queue_log)
    always, late = [{path: Tail(path) for path in followed} for _ in range(2)]
    heard = dict.fromkeys(followed, "")
    calls = []
    for turn in range(3):
        calls.append(await abandoned_call(lab, ami))
        for path in followed:
            heard[path] += rest(always[path])
            if turn == 0:
                first = late[path].next()
                late[path].advance(first.index(b"\n") + 1)
        # Files are known by how they begin, and those of one second begin alike.
        await until(partial(is_past, began_at(lab.folders.queue_log)))
        await rotate_records(lab.asterisk, most_bytes=0)
        assert all(path.exists() for path in held_open(lab.folders))
    calls.append(await abandoned_call(lab, ami))
    for path in followed:
        assert len(list(path.parent.glob(f"{path.name}.*"))) == 3
        heard[path] += rest(always[path])
        assert heard[path] == whole(path)
        assert rest(late[path]) == whole(path).partition("\n")[2]
        assert not always[path].lost
        assert not late[path].lost
        assert [call for call in calls if call not in heard[path]] == []
    assert {path.name for path in records(lab.folders)} == {
        "ringdesk.csv",
        "Master.csv",
        "queue_log",
        "messages",
    }
