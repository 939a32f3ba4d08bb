"""The voice of a phone in a test: sends a tone as RTP every 20 ms, counts what arrives, presses keys."""

import asyncio
import math
import secrets
import struct
import time
from typing import cast

_FRAME_SAMPLES = 160
_FRAME_S = 0.02
# Packets further apart than this came too late to be heard as one sound.
_LATE_S = 3 * _FRAME_S
_KEYS = "0123456789*#"
# The first byte of silence in mu-law; any other byte is sound.
_SILENCE = 0xFF


class RtpVoice(asyncio.DatagramProtocol):
    """One RTP socket on loopback."""

    def __init__(self, frequency_hz: float = 440.0) -> None:
        self.received = 0
        self.received_sound = 0
        self.sent = 0
        # From when to when (epoch seconds) it fell silent because the test was kept from running.
        self.gaps: list[tuple[float, float]] = []
        self._hearing: list[tuple[int, asyncio.Future[None]]] = []
        self._spoken: list[tuple[int, asyncio.Future[None]]] = []
        self._frame = _tone(frequency_hz)
        self._target: tuple[str, int] | None = None
        # From here a later count from 40,000 is still a jump ahead, of less than half of all numbers.
        self._sequence = 8_000 + secrets.randbelow(22_000)
        self._timestamp = secrets.randbelow(1 << 30)
        self._source = secrets.randbits(32)
        self._transport: asyncio.DatagramTransport | None = None
        self._speaking: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, frequency_hz: float = 440.0) -> "RtpVoice":
        """A voice on a free port."""
        _, voice = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: cls(frequency_hz), local_addr=("127.0.0.1", 0)
        )
        return voice

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.received += 1
        if any(byte not in (_SILENCE, 0x7F) for byte in data[12:]):
            self.received_sound += 1
        for packets, heard in self._hearing:
            if self.received_sound >= packets and not heard.done():
                heard.set_result(None)

    async def hear(self, packets: int, timeout_s: float = 20.0) -> None:
        """Returns when so many more packets (20 ms each) with sound have come."""
        heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._hearing.append((self.received_sound + packets, heard))
        async with asyncio.timeout(timeout_s):
            await heard

    @property
    def port(self) -> int:
        """The local port."""
        assert self._transport is not None
        return cast(int, self._transport.get_extra_info("sockname")[1])

    def sing(self, frequency_hz: float) -> None:
        """Goes on with another tone, also after it fell silent."""
        assert self._target is not None
        self._frame = _tone(frequency_hz)
        self.speak_to(self._target[1])

    def count_from(self, sequence: int) -> None:
        """Lets the next packet have the sequence number after this one."""
        self._sequence = sequence

    async def spoke(self, packets: int, timeout_s: float = 20.0) -> None:
        """Returns when so many packets in all were sent."""
        spoken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._spoken.append((packets, spoken))
        async with asyncio.timeout(timeout_s):
            await spoken

    def speak_to(self, port: int) -> None:
        """Starts (or goes on) sending to the port that the other side named."""
        self._target = ("127.0.0.1", port)
        if self._speaking is None:
            self._speaking = asyncio.create_task(self._speak())

    def fall_silent(self) -> None:
        """Stops sending, as a phone does that lost its network."""
        if self._speaking is not None:
            self._speaking.cancel()
            self._speaking = None

    def close(self) -> None:
        """Gives the port back; keys that are being pressed go nowhere."""
        self.fall_silent()
        self._target = None
        if self._transport is not None:
            self._transport.close()

    async def press(self, keys: str, gap_s: float = 0.3) -> None:
        """Presses keys as RFC 4733 telephone events."""
        for key in keys:
            event = _KEYS.index(key)
            for step in range(1, 6):
                self._send_event(event, step * _FRAME_SAMPLES, end=False, first=step == 1)
                await asyncio.sleep(_FRAME_S)
            for _ in range(3):
                self._send_event(event, 5 * _FRAME_SAMPLES, end=True, first=False)
            await asyncio.sleep(gap_s)

    async def hold(self, key: str, held_s: float, *, slow: float = 0.9) -> None:
        """Holds a key down and speaks on; its length is counted slower than time passes, by `slow`."""
        event, began = _KEYS.index(key), self._timestamp
        clock = asyncio.get_running_loop()
        start = clock.time()
        while (passed := clock.time() - start) < held_s:
            self._send_event(event, int(passed * 8000 * slow) + 1, end=False, first=not passed, since=began)
            await asyncio.sleep(_FRAME_S)
        for _ in range(3):
            self._send_event(event, int(held_s * 8000), end=True, first=False, since=began)

    async def _speak(self) -> None:
        clock = asyncio.get_running_loop()
        due = clock.time()
        before: float | None = None
        while True:
            before = self._note_gap(before)
            self._timestamp += _FRAME_SAMPLES
            self._send(0, self._frame, self._timestamp, first=False)
            self.sent += 1
            for packets, spoken in self._spoken:
                if self.sent >= packets and not spoken.done():
                    spoken.set_result(None)
            due += _FRAME_S
            await asyncio.sleep(max(0.0, due - clock.time()))

    def _note_gap(self, before: float | None) -> float:
        now = time.time()
        if before is not None and now - before > _LATE_S:
            self.gaps.append((before, now))
        return now

    def _send_event(
        self, event: int, duration: int, *, end: bool, first: bool, since: int | None = None
    ) -> None:
        payload = struct.pack("!BBH", event, (0x80 if end else 0) | 10, duration)
        self._send(101, payload, self._timestamp if since is None else since, first=first)

    def _send(self, kind: int, payload: bytes, timestamp: int, *, first: bool) -> None:
        if self._transport is None or self._target is None:
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        head = struct.pack(
            "!BBHII",
            0x80,
            kind | (0x80 if first else 0),
            self._sequence,
            timestamp & 0xFFFFFFFF,
            self._source,
        )
        self._transport.sendto(head + payload, self._target)


def _tone(frequency_hz: float) -> bytes:
    """20 ms of a tone in mu-law; the frequency is a multiple of 50 Hz in effect, so frames join smoothly."""
    whole = round(frequency_hz / 50) * 50
    return bytes(_mu_law(int(8000 * math.sin(2 * math.pi * whole * i / 8000))) for i in range(_FRAME_SAMPLES))


def _mu_law(sample: int) -> int:
    """G.711 mu-law of one 16-bit sample."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 132
    exponent = magnitude.bit_length() - 8
    return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0F)) & 0xFF
