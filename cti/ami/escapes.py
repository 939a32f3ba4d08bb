"""Undoes the C escapes with which Asterisk writes callers' names in channel events."""

import re

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_NAMED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def unescape(text: str) -> str:
    """The text as Asterisk holds it: `\\"` for a quote, `\\\\` for a backslash, `\\n` for a line feed.

    For CallerIDName and ConnectedLineName of channel events (Asterisk's `ast_escape_c`), not for numbers.
    """
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda found: _NAMED.get(found[1], found[1]), text)
