"""The bytes of one FastAGI connection, both ways: environment and replies read, command lines written."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from asterisk.agi import AGIError

MAX_LINE_OUT = 2047
"""Bytes with the newline; Asterisk cuts a longer line and runs the rest of it as the next command."""
MAX_LINE_IN = 64 * 1024
MAX_ENVIRONMENT_LINES = 256
MAX_USAGE_LINES = 200

_NEEDS_QUOTES = re.compile(r"[\s\"\\]")


class AgiProtocolError(Exception):
    """The peer does not speak AGI, or far too much of it; nothing it says can be trusted any more."""


class AgiLineRefused(AGIError):
    """A command that would reach Asterisk as something else: a line break inside, or too long."""


class Reply(NamedTuple):
    """A status line. For 200: what follows `result=`, the text in parentheses, and the position played to."""

    code: int
    result: str
    data: str
    end: int


class Quoted(str):
    """An argument that has been quoted already."""

    __slots__ = ()


_NEVER_QUOTED = (Quoted, int)


def quote(value: object) -> Quoted:
    """In quotes, with the two characters escaped that mean something inside them."""
    return Quoted('"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"')


def command_line(command: str, arguments: Iterable[object] = ()) -> bytes:
    """One line for Asterisk; empty arguments are left out, the others quoted where they need it."""
    text = command
    for argument in arguments:
        word = str(argument)
        if type(argument) not in _NEVER_QUOTED and _NEEDS_QUOTES.search(word):
            word = quote(word)
        if word:
            text += " " + word
    if "\n" in text or "\r" in text or "\0" in text:
        raise AgiLineRefused("a command must not contain a line break or NUL")
    try:
        line = text.encode() + b"\n"
    except UnicodeEncodeError:
        raise AgiLineRefused("a command must be text that UTF-8 can carry") from None
    if len(line) > MAX_LINE_OUT:
        raise AgiLineRefused(f"a command of {len(line)} bytes is longer than {MAX_LINE_OUT}")
    return line


class AgiStream:
    """What Asterisk sends on one connection, without input or output of its own.

    First the environment, then a reply for each command; `hung_up` turns true by a line HANGUP, which is
    never a reply. Broken input raises AgiProtocolError.
    """

    __slots__ = ("_lines", "_rest", "_usage", "environment", "hung_up")

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []
        self._usage: list[str] | None = None
        self.environment: dict[str, str] | None = None
        self.hung_up = False

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are complete now; the environment appears in `environment` once."""
        lines = (self._rest + data if self._rest else data).split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > MAX_LINE_IN:
            raise AgiProtocolError("a line that does not end")
        replies = []
        for line in lines:
            if self.environment is None:
                self._environment_line(line)
            elif (reply := self._line(line)) is not None:
                replies.append(reply)
        return replies

    def _environment_line(self, line: bytes) -> None:
        if line.strip():
            self._lines.append(line)
            if len(self._lines) > MAX_ENVIRONMENT_LINES:
                raise AgiProtocolError("an environment that does not end")
            return
        self.environment = {}
        for one in self._lines:
            name, colon, value = one.decode("utf-8", "replace").partition(":")
            if colon:  # the first of a name wins: what follows could only be a forgery
                self.environment.setdefault(name.strip(), value.strip())
        self._lines = []

    def _line(self, line: bytes) -> Reply | None:
        if self._usage is not None:
            return self._usage_line(line)
        if line.startswith(b"200 result="):
            return _success(line[11:].decode("utf-8", "replace"))
        text = line.decode("utf-8", "replace").rstrip("\r")
        if text == "HANGUP":
            self.hung_up = True
            return None
        if not (text[:3].isascii() and text[:3].isdigit() and text[3:4] in ("", " ", "-")):
            raise AgiProtocolError("a line that is no reply")
        if text[:4] == "520-":
            self._usage = [text[4:]]
            return None
        if text[0] == "1":  # 100 Trying: the reply is still to come
            return None
        return Reply(int(text[:3]), "", text[4:], 0)

    def _usage_line(self, line: bytes) -> Reply | None:
        """Inside the block of a 520 answer every line is text, HANGUP too."""
        assert self._usage is not None
        text = line.decode("utf-8", "replace").rstrip("\r")
        if text[:4] != "520 ":
            self._usage.append(text)
            if len(self._usage) > MAX_USAGE_LINES:
                raise AgiProtocolError("a usage text that does not end")
            return None
        usage, self._usage = "\n".join(self._usage), None
        return Reply(520, "", usage, 0)


def _success(text: str) -> Reply:
    """`0`, `1 (a value)`, `49 endpos=8000`, ` (timeout)`, `35 (dtmf) endpos=8000`."""
    result, _, rest = text.rstrip("\r").partition(" ")
    if not rest:
        return Reply(200, result, "", 0)
    data = ""
    first, last = rest.find("("), rest.rfind(")")
    if 0 <= first < last:
        data, rest = rest[first + 1 : last], rest[last + 1 :].lstrip()
    end = rest[7:] if rest.startswith("endpos=") else ""
    return Reply(200, result, data, int(end) if end.isdecimal() else 0)
