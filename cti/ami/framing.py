"""Cuts the AMI byte stream into messages, drops unwanted events by their name alone, and parses the others.

Pure: bytes in, messages out. Bytes are decoded only when a message is complete, so no read boundary can split
a character. A value that is not UTF-8 comes out with U+FFFD in the place of the wrong bytes: a lone surrogate
would break the first consumer that encodes it again.
"""

from collections.abc import Mapping

Fields = dict[str, str]

EVENT = b"Event: "
ACTION_ID = b"\r\nActionID: "
MAX_MESSAGE_BYTES = 1 << 20

_EOL = b"\r\n"
_END = b"\r\n\r\n"
_GREETING = b"Asterisk Call Manager/"
_MAX_GREETING_BYTES = 200


class FramingError(Exception):
    """What arrives is not AMI as Asterisk speaks it; the connection is of no more use."""


class NotAsterisk(FramingError):
    """Whoever listens there did not greet as Asterisk's manager interface does."""


class MessageTooLong(FramingError):
    """A message did not end within the limit."""


class Framer:
    """The reading side of one connection.

    `wanted` holds the names of the events to keep. `max_bytes` bounds the unfinished message in the buffer.
    """

    def __init__(self, wanted: frozenset[bytes], *, max_bytes: int = MAX_MESSAGE_BYTES) -> None:
        self.version: str | None = None
        self._wanted = frozenset(EVENT + name for name in wanted)
        self._max_bytes = max_bytes
        self._rest = b""

    def feed(self, data: bytes, *, replies_expected: bool = True) -> list[bytes]:
        """The messages that `data` completes: every reply, and of the events those that are wanted.

        With `replies_expected` an event that carries an ActionID is kept too, whatever its name: it may be an
        item of the list that an action asked for. Raises FramingError.
        """
        buffered = self._rest + data
        if self.version is None:
            buffered = self._take_greeting(buffered)
        messages = buffered.split(_END)
        self._rest = messages.pop()
        if len(self._rest) > self._max_bytes:
            raise MessageTooLong(f"a message longer than {self._max_bytes} bytes")
        return self._select(messages, replies_expected)

    def _select(self, messages: list[bytes], replies_expected: bool) -> list[bytes]:
        wanted = self._wanted
        kept = []
        for raw in messages:
            if raw.partition(_EOL)[0] in wanted:
                kept.append(raw)
            elif raw[:7] != EVENT:
                kept += self._select_other(raw, replies_expected)
            elif replies_expected and ACTION_ID in raw:
                kept.append(raw)
        return kept

    def _select_other(self, raw: bytes, replies_expected: bool) -> list[bytes]:
        """A reply; or a message after a superfluous empty line, which panoramisk's authors met as well."""
        tidy = raw.lstrip(_EOL)
        if not tidy:
            return []
        return [raw] if len(tidy) == len(raw) else self._select([tidy], replies_expected)

    def _take_greeting(self, buffered: bytes) -> bytes:
        """The one line without an empty line after it: `Asterisk Call Manager/11.0.0`."""
        line, end, rest = buffered.partition(_EOL)
        if not line.startswith(_GREETING[: len(line)]) or len(line) > _MAX_GREETING_BYTES:
            raise NotAsterisk(f"greeted with {line[:40]!r}")
        if not end:
            return buffered
        if not line.startswith(_GREETING):
            raise NotAsterisk(f"greeted with {line[:40]!r}")
        self.version = line[len(_GREETING) :].decode("ascii", "replace")
        return rest


def event_name(raw: bytes) -> bytes:
    """The name of an event; `raw` must begin with `Event: `."""
    end = raw.find(_EOL)
    return raw[7:end] if end > 0 else raw[7:]


def value_of(raw: bytes, header: bytes) -> str:
    """One value without parsing the rest; `header` as in ACTION_ID. Empty when the header is missing."""
    _, _, after = raw.partition(header)
    return after.partition(_EOL)[0].decode("utf-8", "replace")


def parse(raw: bytes) -> Fields:
    """The fields of one message. The values of a repeated key are joined with a line feed, in their order."""
    text = raw.decode("utf-8", "replace")
    lines = text.split("\r\n")
    if ":\r\n" in text or text[-1:] == ":":
        return _parse_unusual(lines)
    fields = {}
    for line in lines:
        key, _, value = line.partition(": ")
        fields[key] = value
    return fields if len(fields) == len(lines) else _parse_unusual(lines)


def _parse_unusual(lines: list[str]) -> Fields:
    """Repeated keys, and empty values written without the space after the colon."""
    fields: Fields = {}
    for line in lines:
        key, separator, value = line.partition(": ")
        if not separator:
            key = key.removesuffix(":")
        fields[key] = f"{fields[key]}\n{value}" if key in fields else value
    return fields


def channel_variables(fields: Mapping[str, str], key: str = "ChanVariable") -> dict[str, str]:
    """The channel variables of an event (`channelvars=` in manager.conf); `key` may be DestChanVariable."""
    assignments = (line.partition("=") for line in fields.get(key, "").split("\n"))
    return {name: value for name, equals, value in assignments if equals}
