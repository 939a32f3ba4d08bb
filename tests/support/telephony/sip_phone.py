"""A telephone for tests: registers, rings, dials, talks, holds, hangs up, and can vanish without a word."""

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from tests.support.telephony import sip_message as sip
from tests.support.telephony.rtp_voice import RtpVoice
from tests.support.telephony.sip_message import SipMessage

# Well below what Asterisk grants a telephone on the desk.
REGISTER_EVERY_S = 60.0
_ANSWER_S = 10.0


class Refused(Exception):
    """The other side answered with a final status other than 2xx."""

    def __init__(self, status: int) -> None:
        super().__init__(f"SIP {status}")
        self.status = status


@dataclass(slots=True)
class PhoneCall:
    """One dialog of a phone, and its voice."""

    phone: "SipPhone"
    call_id: str
    local: str
    remote: str
    target: str
    voice: RtpVoice
    invite: SipMessage | None = None
    sequence: int = 1
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self) -> None:
        """Picks up a ringing call."""
        assert self.invite is not None
        self.phone.reply(self.invite, "200 OK", sip.sdp("127.0.0.1", self.voice.port))
        self.voice.speak_to(sip.media_port(self.invite.body))

    def refuse(self, status: str = "486 Busy Here") -> None:
        """Turns a ringing call away."""
        assert self.invite is not None
        self.phone.reply(self.invite, status)
        self._over()

    async def hang_up(self) -> None:
        """Ends the call."""
        if not self.ended.is_set():
            await self.phone.request(self, "BYE")
        self._over()

    async def hold(self) -> None:
        """Puts the other side on hold (a re-INVITE with sendonly)."""
        await self._reinvite("sendonly")

    async def resume(self) -> None:
        """Takes the other side back."""
        await self._reinvite("sendrecv")

    async def press(self, keys: str) -> None:
        """Presses keys."""
        await self.voice.press(keys)

    async def _reinvite(self, direction: str) -> None:
        body = sip.sdp("127.0.0.1", self.voice.port, direction)
        reply = await self.phone.request(self, "INVITE", body)
        self.phone.acknowledge(self, reply)

    def _over(self) -> None:
        self.voice.close()
        self.ended.set()


class SipPhone(asyncio.DatagramProtocol):
    """One SIP user on its own UDP port of loopback; only 127.0.0.1 is in the network of the demo's trunk."""

    def __init__(
        self, user: str, server_port: int, password: str = "", name: str = "", host: str = "127.0.0.1"
    ) -> None:
        self.user = user
        self._host = host
        self.name = name
        self.calls: dict[str, PhoneCall] = {}
        self._server = ("127.0.0.1", server_port)
        self._password = password
        self._rings: asyncio.Queue[PhoneCall] = asyncio.Queue()
        self._replies: dict[tuple[str, int, str], asyncio.Future[SipMessage]] = {}
        self._invite = b""
        self._transport: asyncio.DatagramTransport | None = None
        self._tag = secrets.token_hex(4)
        self._rung: set[asyncio.Task[None]] = set()

    async def open(self) -> "SipPhone":
        """Takes a port; returns itself."""
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, local_addr=(self._host, 0))
        return self

    def close(self) -> None:
        """Vanishes: no BYE, no un-REGISTER, no more RTP."""
        for call in self.calls.values():
            call.voice.close()
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    async def register(self, expires_s: int = 300) -> None:
        """Registers (or with 0 takes the registration back), answering the challenge."""
        uri = f"sip:127.0.0.1:{self._server[1]}"
        address = f"<sip:{self.user}@127.0.0.1>"
        call = PhoneCall(self, secrets.token_hex(8), address, address, uri, cast(RtpVoice, None))
        extra = [("Expires", str(expires_s))]
        reply = await self.request(call, "REGISTER", headers=extra)
        if reply.status == 401:
            proof = sip.authorization(
                reply.header("www-authenticate"), self.user, self._password, "REGISTER", uri
            )
            reply = await self.request(call, "REGISTER", headers=[*extra, ("Authorization", proof)])
        if reply.status != 200:
            raise Refused(reply.status or 0)

    async def stay_registered(self) -> None:
        """Registers again and again, as a telephone does, until cancelled."""
        while True:
            await self.register()
            await asyncio.sleep(REGISTER_EVERY_S)

    async def dial(
        self,
        number: str,
        *,
        frequency_hz: float = 440.0,
        headers: list[tuple[str, str]] | None = None,
        offer: Callable[[str], str] = lambda sdp: sdp,
    ) -> PhoneCall:
        """Calls and returns when the call is answered; raises Refused otherwise.

        `offer` changes the description of the sound before it is sent.
        """
        voice = await RtpVoice.open(frequency_hz)
        display = f'"{self.name}" ' if self.name else ""
        target = f"sip:{number}@127.0.0.1:{self._server[1]}"
        call = PhoneCall(
            self,
            secrets.token_hex(8),
            f"{display}<{self._address('127.0.0.1')}>",
            f"<{target}>",
            target,
            voice,
        )
        self.calls[call.call_id] = call
        reply = await self.request(call, "INVITE", offer(sip.sdp("127.0.0.1", voice.port)), headers)
        self.acknowledge(call, reply)
        if reply.status != 200:
            voice.close()
            raise Refused(reply.status or 0)
        call.target = reply.contact_uri() or target
        voice.speak_to(sip.media_port(reply.body))
        return call

    async def ring(self, timeout_s: float = 20.0) -> PhoneCall:
        """The next call that rings here."""
        async with asyncio.timeout(timeout_s):
            return await self._rings.get()

    async def request(
        self, call: PhoneCall, method: str, body: str = "", headers: list[tuple[str, str]] | None = None
    ) -> SipMessage:
        """Sends a request of the dialog and waits for its final response."""
        call.sequence += 1
        key = (call.call_id, call.sequence, method)
        future: asyncio.Future[SipMessage] = asyncio.get_running_loop().create_future()
        self._replies[key] = future
        self._send_request(call, method, call.sequence, body, headers)
        try:
            async with asyncio.timeout(_ANSWER_S if method != "INVITE" else 60.0):
                reply = await future
        finally:
            del self._replies[key]
        call.remote = reply.header("to")
        return reply

    async def repeat_invite(self, *, branch: str | None = None) -> SipMessage:
        """Sends the last call's INVITE again, as it was or as another branch; its final response."""
        copy = self._invite if branch is None else re.sub(rb"z9hG4bK\w+", branch.encode(), self._invite)
        sent = sip.parse(copy)
        key = (sent.call_id, sent.cseq, "INVITE")
        future: asyncio.Future[SipMessage] = asyncio.get_running_loop().create_future()
        self._replies[key] = future
        self._send(copy)
        async with asyncio.timeout(_ANSWER_S):
            return await future

    def acknowledge(self, call: PhoneCall, reply: SipMessage) -> None:
        """Sends the ACK for a final response to an INVITE."""
        if reply.contact_uri():
            call.target = reply.contact_uri()
        self._send_request(call, "ACK", reply.cseq)

    def reply(self, request: SipMessage, status: str, body: str = "") -> None:
        """Answers a request."""
        self._send(sip.response(request, status, self._tag, self._contact, body))

    def send_raw(self, text: str) -> None:
        """Sends a datagram as it is written."""
        self._send(text.encode())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: object) -> None:
        message = sip.parse(data)
        if "via" not in message.headers:
            return  # a stray packet, such as sound for a port that was somebody else's a moment ago
        if message.status is not None:
            self._take_response(message)
        elif message.method == "INVITE":
            self._take_invite(message)
        elif message.method in ("BYE", "CANCEL"):
            self._take_end(message)
        elif message.method != "ACK":
            self.reply(message, "200 OK")

    @property
    def _contact(self) -> str:
        assert self._transport is not None
        return self._address(f"{self._host}:{self._transport.get_extra_info('sockname')[1]}")

    def _address(self, host: str) -> str:
        return f"sip:{self.user}@{host}" if self.user else f"sip:{host}"

    def _take_response(self, message: SipMessage) -> None:
        future = self._replies.get((message.call_id, message.cseq, message.method))
        if future is not None and not future.done() and (message.status or 0) >= 200:
            future.set_result(message)

    def _take_invite(self, message: SipMessage) -> None:
        known = self.calls.get(message.call_id)
        if known is None:
            task = asyncio.create_task(self._begin_ringing(message))
            self._rung.add(task)
            task.add_done_callback(self._rung.discard)
        elif ";tag=" in message.header("to"):
            self.reply(message, "200 OK", sip.sdp("127.0.0.1", known.voice.port))

    async def _begin_ringing(self, message: SipMessage) -> None:
        self.reply(message, "180 Ringing")
        local = f"{message.header('to')};tag={self._tag}"
        voice = await RtpVoice.open(600.0)
        call = PhoneCall(
            self, message.call_id, local, message.header("from"), message.contact_uri(), voice, message
        )
        self.calls[message.call_id] = call
        self._rings.put_nowait(call)

    def _take_end(self, message: SipMessage) -> None:
        self.reply(message, "200 OK")
        call = self.calls.get(message.call_id)
        if call is None:
            return
        if message.method == "CANCEL" and call.invite is not None:
            self.reply(call.invite, "487 Request Terminated")
        call.voice.close()
        call.ended.set()

    def _send_request(
        self,
        call: PhoneCall,
        method: str,
        sequence: int,
        body: str = "",
        headers: list[tuple[str, str]] | None = None,
    ) -> None:
        local = call.local if ";tag=" in call.local else f"{call.local};tag={self._tag}"
        host = self._contact.rpartition("@")[2].removeprefix("sip:")
        lines = [
            ("Via", f"SIP/2.0/UDP {host};rport;branch=z9hG4bK{secrets.token_hex(6)}"),
            ("Max-Forwards", "70"),
            ("From", local),
            ("To", call.remote),
            ("Call-ID", call.call_id),
            ("CSeq", f"{sequence} {method}"),
            ("Contact", f"<{self._contact}>"),
            *(headers or []),
        ]
        data = sip.build(f"{method} {call.target} SIP/2.0", lines, body)
        if method == "INVITE" and ";tag=" not in call.remote:
            self._invite = data
        self._send(data)

    def _send(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.sendto(data, self._server)
