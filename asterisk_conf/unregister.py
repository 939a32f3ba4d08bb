"""Takes a phone's registrations away: a REGISTER in its own name that removes every contact (RFC 3261).

Asterisk has no command for it, and keeps a contact that came with an older password until it expires.
"""

import asyncio
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidMessage, WebSocketException
from websockets.typing import Subprotocol

ANSWER_SECONDS = 5.0
MOST_BYTES = 65_536
_CHALLENGE = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')


class NotUnregistered(Exception):
    """Asterisk said no."""


class NoAnswer(NotUnregistered):
    """Asterisk did not answer, and will not for other phones either."""


@dataclass(slots=True)
class _Dialog:
    """What stays the same in the two requests."""

    extension: str
    realm: str
    call_id: str = field(default_factory=lambda: secrets.token_hex(12))
    tag: str = field(default_factory=lambda: secrets.token_hex(6))

    def request(self, number: int, authorization: str | None) -> str:
        address = f"<sip:{self.extension}@{self.realm}>"
        headers = [
            f"Via: SIP/2.0/WS {self.tag}.invalid;branch=z9hG4bK{secrets.token_hex(8)}",
            "Max-Forwards: 5",
            f"From: {address};tag={self.tag}",
            f"To: {address}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {number} REGISTER",
            "Contact: *",
            "Expires: 0",
            *([f"Authorization: {authorization}"] if authorization else []),
            "Content-Length: 0",
        ]
        return "\r\n".join([f"REGISTER sip:{self.realm} SIP/2.0", *headers, "", ""])


async def unregister(http_port: int, realm: str, extension: str, password: str) -> None:
    """Remove all registrations of an extension, known by its present password, over Asterisk's own websocket.

    Raises NotUnregistered.
    """
    dialog = _Dialog(extension, realm)
    try:
        async with (
            asyncio.timeout(ANSWER_SECONDS),
            connect(
                f"ws://127.0.0.1:{http_port}/ws",
                subprotocols=[Subprotocol("sip")],
                max_size=MOST_BYTES,
                compression=None,
                proxy=None,
            ) as socket,
        ):
            status, headers = await _ask(socket, dialog.request(1, None))
            if status == 401:
                proof = _proof(headers.get("www-authenticate", ""), extension, password, f"sip:{realm}")
                status, headers = await _ask(socket, dialog.request(2, proof))
    except (OSError, TimeoutError, WebSocketException, InvalidHandshake, InvalidMessage) as problem:
        raise NoAnswer(f"Asterisk's websocket: {problem!r}") from None
    if status != 200:
        raise NotUnregistered(f"Asterisk answered {status}")


async def _ask(socket: ClientConnection, request: str) -> tuple[int, Mapping[str, str]]:
    """The final answer: its status and its headers by lower-case name."""
    await socket.send(request)
    while True:
        text = await socket.recv()
        start, *lines = (text if isinstance(text, str) else text.decode(errors="replace")).split("\r\n")
        status = re.fullmatch(r"SIP/2\.0 ([2-6]\d\d).*", start)
        if status is not None:
            pairs = (line.partition(":") for line in lines if ":" in line)
            return int(status[1]), {name.strip().lower(): value.strip() for name, _, value in pairs}


def _proof(challenge: str, user: str, password: str, uri: str) -> str:
    """The answer to a digest challenge with MD5 and, where it is offered, qop=auth (RFC 2617)."""
    asked = {name.lower(): quoted or bare for name, quoted, bare in _CHALLENGE.findall(challenge)}
    realm, nonce, cnonce = asked.get("realm", ""), asked.get("nonce", ""), secrets.token_hex(8)
    known = _md5(f"{user}:{realm}:{password}")
    request = _md5(f"REGISTER:{uri}")
    parts = {"username": user, "realm": realm, "nonce": nonce, "uri": uri}
    plain = ""
    if "auth" in asked.get("qop", "").split(","):
        parts |= {"response": _md5(f"{known}:{nonce}:00000001:{cnonce}:auth:{request}"), "cnonce": cnonce}
        plain = ", qop=auth, nc=00000001"
    else:
        parts["response"] = _md5(f"{known}:{nonce}:{request}")
    if "opaque" in asked:
        parts["opaque"] = asked["opaque"]
    return "Digest " + ", ".join(f'{name}="{value}"' for name, value in parts.items()) + plain


def _md5(text: str) -> str:
    # What SIP digests are made of; the password itself is 128 random bits.
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
