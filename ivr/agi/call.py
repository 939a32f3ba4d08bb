"""pyst2's command vocabulary for one call, over our own transport: what a script says to Asterisk."""

from collections.abc import Awaitable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeVar

from asterisk.agi import (
    AGI,
    AGIAppError,
    AGIDBError,
    AGIError,
    AGIInvalidCommand,
    AGIResultHangup,
    AGISIGHUPHangup,
    AGIUnknownError,
    AGIUsageError,
)

from ivr.agi.framing import Quoted, Reply, command_line, quote

ALL_KEYS = "0123456789*#"
QUICK_S = 10.0
"""How long Asterisk may take for a command that waits for nobody."""
PATIENT_S = 300.0
"""For commands that speak, listen or run an application: longer than any prompt of ours."""
_PATIENT = frozenset(
    {
        "STREAM FILE",
        "CONTROL STREAM FILE",
        "GET DATA",
        "GET OPTION",
        "WAIT FOR DIGIT",
        "RECORD FILE",
        "RECEIVE CHAR",
        "EXEC",
        "SAY ALPHA",
        "SAY DATE",
        "SAY DATETIME",
        "SAY DIGITS",
        "SAY NUMBER",
        "SAY PHONETIC",
        "SAY TIME",
    }
)

_PRESSED = "RD_PRESSED"
_READ_RESULT = quote("${READSTATUS},${" + _PRESSED + "}")

_Value = TypeVar("_Value")


class AgiTimeout(AGIError):
    """Asterisk gave no answer in time; the connection is of no use any more."""


class Transport(Protocol):
    """What a call needs of its connection; both waits suspend only this call."""

    @property
    def hung_up(self) -> bool:
        """Whether the caller has gone."""

    def exchange(self, line: bytes, patience_s: float) -> Reply:
        """Send one line and wait for its reply; raises AgiTimeout, or AGISIGPIPEHangup when cut off."""

    def wait_for(self, awaitable: Awaitable[_Value], timeout_s: float) -> _Value:
        """Wait for something of the event loop's; raises TimeoutError."""


class Played(NamedTuple):
    """The key that stopped a prompt ("" if none) and the sample at which it stopped."""

    key: str
    end: int


class AgiCall(AGI):
    """pyst2's AGI with its sound part kept: the commands; its input, output and parsing are ours.

    Blocking in appearance: each method suspends this call's greenlet, never the event loop.
    """

    def __init__(self, transport: Transport, environment: dict[str, str]) -> None:
        # Not super().__init__: it installs a signal handler and reads standard input.
        self.env = environment
        self._transport = transport

    @property
    def hung_up(self) -> bool:
        """Whether the caller is known to have gone."""
        return self._transport.hung_up

    def test_hangup(self) -> None:
        """Raise when HANGUP has come: on a dead channel most commands mean nothing."""
        if self._transport.hung_up:
            raise AGISIGHUPHangup("the caller hung up")

    def _quote(self, string: object) -> Quoted:
        return quote(string)

    def execute(self, command: str, *args: object) -> dict[str, tuple[str, str]]:
        """Run one command, with pyst2's result: {"result": (value, data), "endpos": (sample, "")}."""
        reply = self._run(command, args)
        return {"result": (reply.result, reply.data), "endpos": (str(reply.end), "")}

    def stream_file(
        self, filename: str, escape_digits: str | Iterable[int | str] = "", sample_offset: int = 0
    ) -> str:
        """As pyst2's, without the detours of its way that every prompt takes."""
        keys = escape_digits if isinstance(escape_digits, str) else "".join(map(str, escape_digits))
        return _key(self._send("STREAM FILE", _stream_line(filename, keys, sample_offset)).result)

    def play(self, filename: str, escape_digits: str = "", sample_offset: int = 0) -> Played:
        """Speak a file from a sample on until it ends or one of the keys is pressed."""
        reply = self._send("STREAM FILE", _stream_line(filename, escape_digits, sample_offset))
        return Played(_key(reply.result), reply.end)

    def ask(self, filenames: Sequence[str], timeout_s: float, max_digits: int = 1) -> str:
        """Speak files one after the other, any key ending them, and collect keys; "" is silence.

        All of it is one command: Asterisk drops what is pressed while none runs. Only the application Read
        takes several files and a wait; it ends at #, which it does not give back: no keys in time are a #.
        """
        options = f"{_PRESSED},{'&'.join(filenames)},{max_digits},,,{timeout_s:g}"
        self._send("EXEC", command_line("EXEC", ("Read", quote(options))), PATIENT_S * (len(filenames) + 1))
        status, _, keys = self._run("GET FULL VARIABLE", (_READ_RESULT,)).data.partition(",")
        if status not in ("OK", "TIMEOUT"):
            raise AGIResultHangup("hung up during Read") if self.gone() else AGIAppError("Read")
        return keys or ("#" if status == "OK" else "")

    def gone(self) -> bool:
        """Ask Asterisk whether the channel still lives: a result of -1 alone does not tell."""
        if self._transport.hung_up:
            return True
        reply = self._transport.exchange(command_line("CHANNEL STATUS"), QUICK_S)
        return self._transport.hung_up or reply.code != 200 or reply.result == "-1"

    def database_get(self, family: str, key: str) -> str:
        """As pyst2's, which quotes both twice and so never finds an entry."""
        result, value = self.execute("DATABASE GET", quote(family), quote(key))["result"]
        if result != "1":
            raise AGIDBError(f"no entry {key} in {family}")
        return value

    def wait_for(self, awaitable: Awaitable[_Value], timeout_s: float) -> _Value:
        """Wait for something asynchronous, at most so long; raises TimeoutError."""
        return self._transport.wait_for(awaitable, timeout_s)

    def _run(self, command: str, arguments: Sequence[object]) -> Reply:
        return self._send(command, command_line(command, arguments))

    def _send(self, command: str, line: bytes, patience_s: float | None = None) -> Reply:
        transport = self._transport
        if transport.hung_up:
            self.test_hangup()
        if patience_s is None:
            patience_s = PATIENT_S if command in _PATIENT else QUICK_S
        reply = transport.exchange(line, patience_s)
        if reply.code == 200:
            if reply.result == "-1" and command != "CHANNEL STATUS":
                raise AGIResultHangup("hung up during " + command) if self.gone() else AGIAppError(command)
            return reply
        if reply.code == 511:  # not permitted on a dead channel
            raise AGIResultHangup(reply.data)
        if reply.code == 510:
            raise AGIInvalidCommand(reply.data)
        if reply.code == 520:
            raise AGIUsageError(reply.data)
        raise AGIUnknownError(reply.code, reply.data)


@lru_cache(maxsize=1024)
def _stream_line(filename: str, keys: str, sample: int) -> bytes:
    """Every caller hears the same prompts: their lines are written once."""
    return command_line("STREAM FILE", (filename, quote(keys), sample))


def _key(result: str) -> str:
    """A key comes as the number of its character, 0 is none."""
    if result == "0":
        return ""
    if not (result.isascii() and result.isdigit() and int(result) < 128):
        raise AGIError(f"no key: {result!r}")
    return chr(int(result))
