"""What can be asked of Asterisk, what it answers, and how asking can fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cti.ami.framing import Fields

Ask = Mapping[str, str | Sequence[str]]
"""The headers of an action, `Action` among them; a sequence repeats its header (`Variable`)."""


@dataclass(frozen=True, slots=True)
class AmiAction:
    """One action for Asterisk. `harmless` are failure messages that mean the wish is already fulfilled."""

    headers: Mapping[str, str]
    harmless: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Which action it is."""
        return self.headers["Action"]


MAX_LINE_BYTES = 1022
"""Found with Asterisk 22: the next byte makes it discard the line."""


class AmiError(Exception):
    """An action did not get its answer."""


class AmiAway(AmiError):
    """There is no connection now; nothing was sent."""


class AmiLost(AmiError):
    """The connection broke before the answer: Asterisk may have acted or not, and nothing is sent again."""


class AmiTimeout(AmiError):
    """No answer within the time-out; Asterisk may still act on it."""


class AmiBusy(AmiError):
    """Too many actions wait for their answers; nothing was sent."""


class AmiValueRefused(AmiError, ValueError):
    """A header would have ended its line early, smuggling in another one, or been cut; nothing was sent."""


@dataclass(frozen=True, slots=True)
class ActionReply:
    """Asterisk's answer. A refusal is one too: `success` is False and `message` says why.

    `fields` are the headers of the response, `events` the items of a list action without its closing event.
    """

    success: bool
    message: str
    fields: Fields
    events: tuple[Fields, ...] = ()


def checked(ask: Ask) -> dict[str, str | list[str]]:
    """A copy of the headers that is safe to write. Raises AmiValueRefused, which never repeats a value."""
    headers: dict[str, str | list[str]] = {}
    for key, value in ask.items():
        values = [value] if isinstance(value, str) else list(value)
        if not key or ":" in key:
            raise AmiValueRefused(f"{key!r} is not the name of a header")
        for one in values:
            _check_line(key, f"{key}: {one}")
        headers[key] = value if isinstance(value, str) else values
    if not isinstance(headers.get("Action"), str):
        raise AmiValueRefused("an action needs exactly one header 'Action'")
    if any(key.lower() == "actionid" for key in headers):
        raise AmiValueRefused("the ActionID is given by the link")
    return headers


def _check_line(key: str, line: str) -> None:
    if any(bad in line for bad in "\r\n\0"):
        raise AmiValueRefused(f"CR, LF and NUL cannot be sent to Asterisk (header {key!r})")
    try:
        length = len(line.encode())
    except UnicodeEncodeError:
        raise AmiValueRefused(f"the value cannot be written as UTF-8 (header {key!r})") from None
    if length > MAX_LINE_BYTES:
        raise AmiValueRefused(f"{length} bytes are more than Asterisk reads in a line (header {key!r})")
