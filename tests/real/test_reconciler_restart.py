"""Asterisk itself is killed: its calls are over, on the floor and in the records; the bookmark goes on."""

import math
import os
import signal
from datetime import UTC, datetime

from cti.domain import events as ev
from cti.domain.call_state import CallState
from cti.reconciler.bookmark import Bookmark
from tests.support.ears import Memory, listening
from tests.support.telephony.lab import Lab
from tests.support.waiting import until


async def test_calls_of_a_killed_asterisk_end_and_later_calls_are_heard(lab: Lab) -> None:
    ami, memory = await lab.tap(), Memory()
    async with listening(lab, memory) as ears:
        await ears.until_hearing()
        agent = await lab.agent("1001", "service", ami=ami)
        await (await lab.caller("+861")).dial("4001")
        await (await agent.ring()).answer()
        cut_off = await ears.until_call("+861", CallState.TALKING)

        async def later_second() -> bool:
            """Restarts are logged in whole seconds: in the call's first one either may have come first."""
            return datetime.now(UTC).timestamp() >= math.floor(cut_off.started_at.timestamp()) + 1

        await until(later_second)
        pid = lab.asterisk.pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await ears.until_hearing(False)
        await lab.asterisk.start()
        await ears.until_hearing()
        await ears.until_call("+861", CallState.ENDED)
        assert [leg.end for leg in cut_off.legs] == [ev.LegEnd.UNKNOWN]
        assert [leg.hold_s for leg in cut_off.legs] == [None]

        later = await (await lab.caller("+862")).dial("4001")
        heard = await ears.until_call("+862", CallState.QUEUED)
        await later.hang_up()
        await ears.until_call("+862", CallState.ENDED)

        async def asks() -> bool:
            bookmark = Bookmark.from_json(memory.bookmark)
            size = lab.folders.cel.stat().st_size
            return heard.id in memory.calls and bookmark is not None and bookmark.cel.offset == size

        await until(asks)
        assert ears.drifts == []
