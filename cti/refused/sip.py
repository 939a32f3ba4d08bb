"""As much of a SIP message as tells who called whom, and what was offered. All of it is the caller's text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from cti.domain.refusals import as_shown

_MOST_HEAD_BYTES = 16_384
_COMPACT = {"f": "from", "t": "to", "i": "call-id"}
_STATUS = re.compile(r"[1-6][0-9]{2}")
# A display name may hold anything, also what looks like an address. No two parts match the same blanks: a
# header full of them would hold up the service for seconds.
_NAME_ADDR = re.compile(r'(?:"(?:[^"\\]|\\.)*"\s*|[^<"]*)<([^>]*)>')
_USER = re.compile(r"(?:sips?:([^@?]*)@|tel:([^?]*))", re.IGNORECASE)
_TAG = re.compile(r";\s*tag\s*=", re.IGNORECASE)
_PROVEN_USER = re.compile(r'\busername\s*=\s*"([^"]*)"', re.IGNORECASE)

# RFC 3551: these need no rtpmap.
_STATIC = {"0": "PCMU", "3": "GSM", "4": "G723", "8": "PCMA", "9": "G722", "18": "G729"}
_NO_VOICE = frozenset({"TELEPHONE-EVENT", "CN", "RED"})
_CODEC_NAME = re.compile(r"[A-Za-z0-9.-]{1,20}")
_MOST_CODECS = 8


@dataclass(frozen=True, slots=True)
class SipMessage:
    """A request (`method`, `target`) or a response (`status`), with the first value of each header."""

    method: str
    target: str
    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def call_id(self) -> str:
        """Of the dialog."""
        return self.headers.get("call-id", "")

    @property
    def sequence(self) -> tuple[str, str]:
        """Number and method of the request, also of the one that a response answers."""
        number, _, method = self.headers.get("cseq", "").partition(" ")
        return number, method.strip()

    @property
    def begins_dialog(self) -> bool:
        """Whether a request is the first of its dialog."""
        return not _TAG.search(self.headers.get("to", ""))

    @property
    def proof_of(self) -> str:
        """Who the sender claims to be in the proof of a password; empty without one."""
        found = _PROVEN_USER.search(self.headers.get("authorization", ""))
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class OfferedSound:
    """What the first audio stream of an offer would be; `codecs` in the caller's order."""

    codecs: tuple[str, ...]
    encrypted: bool
    declined: bool


def parse_message(data: bytes) -> SipMessage | None:
    """None for what is no SIP message."""
    head, _, body = data.partition(b"\r\n\r\n")
    start, *lines = head[:_MOST_HEAD_BYTES].decode("utf-8", "replace").split("\r\n")
    parts = start.split(" ", 2)
    if len(parts) < 3:
        return None
    headers: dict[str, str] = {}
    name = ""
    for line in lines:
        if line[:1] in (" ", "\t"):
            headers[name] = f"{headers.get(name, '')} {line.strip()}"
            continue
        name, _, value = line.partition(":")
        name = name.strip().lower()
        name = _COMPACT.get(name, name)
        headers.setdefault(name, value.strip())
    text = body.decode("utf-8", "replace")
    if parts[0] == "SIP/2.0":
        return SipMessage("", "", int(parts[1]), headers, text) if _STATUS.fullmatch(parts[1]) else None
    return SipMessage(parts[0], parts[1], 0, headers, text)


def user_of(header: str) -> str:
    """The user of the address in a header or request line, as a person would read it; bounded."""
    header = header.strip()
    found = _NAME_ADDR.match(header)
    user = _USER.match(found[1].strip() if found else header)
    written = (user[1] or user[2] or "").partition(";")[0] if user else ""
    return as_shown(unquote(written, errors="replace"))


def offered_sound(body: str) -> OfferedSound | None:
    """The first audio stream of a description (RFC 4566); None when there is none."""
    lines = body.splitlines()
    begins = next((n for n, line in enumerate(lines) if line.startswith("m=audio ")), None)
    if begins is None:
        return None
    ends = next((n for n in range(begins + 1, len(lines)) if lines[n].startswith("m=")), len(lines))
    fields = lines[begins].split()
    if len(fields) < 4:
        return None
    names = {**_STATIC, **dict(_mapped(line) for line in lines[begins:ends] if line.startswith("a=rtpmap:"))}
    codecs = [names.get(payload, "") for payload in fields[3:]]
    heard = [name for name in codecs if _CODEC_NAME.fullmatch(name) and name not in _NO_VOICE]
    return OfferedSound(tuple(heard[:_MOST_CODECS]), "SAVP" in fields[2], fields[1] == "0")


def _mapped(line: str) -> tuple[str, str]:
    payload, _, name = line.removeprefix("a=rtpmap:").partition(" ")
    return payload.strip(), name.partition("/")[0].strip().upper()
