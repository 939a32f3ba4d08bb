"""SIP messages as plain text in and out: as much of RFC 3261 as a phone in a test needs."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field


@dataclass(slots=True)
class SipMessage:
    """One request or response; header names are kept in lower case, repeated ones as a list."""

    start: str
    headers: dict[str, list[str]] = field(default_factory=dict)
    body: str = ""

    @property
    def status(self) -> int | None:
        """The status code of a response, None for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0") else None

    @property
    def method(self) -> str:
        """The method of a request, or of the request that a response answers."""
        return self.start.split()[0] if self.status is None else self.header("cseq").split()[1]

    @property
    def cseq(self) -> int:
        """The sequence number."""
        return int(self.header("cseq").split()[0])

    @property
    def call_id(self) -> str:
        """The dialog's Call-ID."""
        return self.header("call-id")

    def header(self, name: str) -> str:
        """The first value of a header, or the empty string."""
        return next(iter(self.headers.get(name, [])), "")

    def contact_uri(self) -> str:
        """The address in Contact, to which requests within the dialog go."""
        match = re.search(r"<([^>]+)>", self.header("contact"))
        return match[1] if match else ""


def parse(data: bytes) -> SipMessage:
    """A message from one datagram."""
    head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
    start, *lines = head.split("\r\n")
    message = SipMessage(start, body=body)
    for line in lines:
        name, _, value = line.partition(":")
        message.headers.setdefault(name.strip().lower(), []).append(value.strip())
    return message


def build(start: str, headers: list[tuple[str, str]], body: str = "", kind: str = "application/sdp") -> bytes:
    """A datagram; Content-Type and Content-Length are added."""
    lines = [start, *(f"{name}: {value}" for name, value in headers)]
    if body:
        lines.append(f"Content-Type: {kind}")
    lines.append(f"Content-Length: {len(body.encode())}")
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def response(request: SipMessage, status: str, tag: str, contact: str, body: str = "") -> bytes:
    """A response to a request, with our tag in To."""
    headers = [("Via", via) for via in request.headers["via"]]
    to = request.header("to")
    if ";tag=" not in to:
        to += f";tag={tag}"
    headers += [
        ("From", request.header("from")),
        ("To", to),
        ("Call-ID", request.call_id),
        ("CSeq", request.header("cseq")),
        ("Contact", f"<{contact}>"),
    ]
    return build(f"SIP/2.0 {status}", headers, body)


def authorization(challenge: str, user: str, password: str, method: str, uri: str) -> str:
    """The answer to a digest challenge (MD5 with qop=auth, as Asterisk asks for it)."""
    fields = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    realm, nonce = fields["realm"], fields["nonce"]
    client_nonce = secrets.token_hex(8)
    secret = _md5(f"{user}:{realm}:{password}")
    digest = _md5(f"{secret}:{nonce}:00000001:{client_nonce}:auth:{_md5(f'{method}:{uri}')}")
    opaque = f', opaque="{fields["opaque"]}"' if "opaque" in fields else ""
    return (
        f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{digest}", '
        f'algorithm=MD5, qop=auth, nc=00000001, cnonce="{client_nonce}"{opaque}'
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def sdp(address: str, port: int, direction: str = "sendrecv") -> str:
    """An offer or answer with G.711 mu-law and telephone events."""
    return "\r\n".join(
        (
            "v=0",
            f"o=- {secrets.randbelow(10**9)} 1 IN IP4 {address}",
            "s=-",
            f"c=IN IP4 {address}",
            "t=0 0",
            f"m=audio {port} RTP/AVP 0 101",
            "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:101 telephone-event/8000",
            "a=fmtp:101 0-16",
            f"a={direction}",
            "",
        )
    )


def media_port(body: str) -> int:
    """The RTP port that the other side named."""
    match = re.search(r"m=audio (\d+)", body)
    return int(match[1]) if match else 0
