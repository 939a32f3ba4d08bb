"""Callers in the voice menu of a test's own Asterisk, as the AMI and their telephones tell."""

import asyncio
import csv
import json
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.ivr_office import Office, open_office
from tests.support.telephony.ami_tap import AmiTap
from tests.support.telephony.lab import Lab
from tests.support.telephony.sip_phone import PhoneCall

PATIENCE_S = 50.0


class Caller:
    """Somebody in the menu, as the AMI sees them."""

    def __init__(self, ami: AmiTap, number: str, call: PhoneCall | None = None) -> None:
        self._ami = ami
        self._number = number
        self._call = call

    @property
    def call(self) -> PhoneCall:
        assert self._call is not None
        return self._call

    def marks(self) -> list[dict[str, str]]:
        return self._ami.named("UserEvent", UserEvent="RingdeskStep", CallerIDNum=self._number)

    def path(self) -> list[tuple[str, str, str]]:
        """Step, exit and keys of each mark."""
        return [(mark["Step"], mark["Exit"], mark["Keys"]) for mark in self.marks()]

    def seconds_in(self, step: str) -> float:
        """From the mark before a step to its own."""
        marks = self.marks()
        at = next(number for number, mark in enumerate(marks) if mark["Step"] == step)
        return float(marks[at]["Timestamp"]) - float(marks[at - 1]["Timestamp"])

    async def leaves(self, step: str) -> None:
        """Wait until the step has been marked."""
        await self._ami.wait(
            "UserEvent", UserEvent="RingdeskStep", Step=step, CallerIDNum=self._number, timeout_s=PATIENCE_S
        )

    async def joins(self) -> dict[str, str]:
        return await self._ami.wait("QueueCallerJoin", CallerIDNum=self._number, timeout_s=PATIENCE_S)

    async def hears(self, frames: int = 20) -> None:
        """Wait until so many more frames of sound came, 20 ms each: a prompt is being spoken."""
        await self.call.voice.hear(frames, PATIENCE_S)

    async def hears_out(self, prompt: Path) -> None:
        """Wait until as many frames came as a prompt has; a line that is silent meanwhile has none."""
        with wave.open(str(prompt)) as sound:
            enough = self.call.voice.received + sound.getnframes() // 160
        async with asyncio.timeout(PATIENCE_S):
            while self.call.voice.received < enough:  # noqa: ASYNC110 - the frames are counted, not announced
                await asyncio.sleep(0.005)


class Line:
    """An Asterisk with a menu behind it, for callers one after the other or all at once."""

    def __init__(self, lab: Lab, ami: AmiTap, office: Office | None = None) -> None:
        self.lab = lab
        self.ami = ami
        self._office = office

    @property
    def office(self) -> Office:
        assert self._office is not None
        return self._office

    async def dial(self, number: str, hotline: str = "4001", name: str = "") -> Caller:
        return Caller(self.ami, number, await (await self.lab.caller(number, name)).dial(hotline))

    def marks_in_cel(self) -> list[str]:
        with self.lab.folders.cel.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file) if row[0] == "RD_STEP"]
        return [json.loads(cell)["extra"] for row in rows for cell in row if '"extra"' in cell]


@asynccontextmanager
async def line(lab: Lab, flow: str | None = None, *, pause_s: float = 0.0) -> AsyncIterator[Line]:
    """The menu, with the shipped flow or the text of one; see open_office."""
    async with open_office(lab, flow, pause_s=pause_s) as office:
        yield Line(lab, await lab.tap(), office)
