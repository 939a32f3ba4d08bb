"""Takes phone numbers and secrets out of whatever is about to be written to a log."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from crm.rules.numbers import masked

_SECRET_KEYS = re.compile(
    r"pass(word|wd)?|secret|token|cookie|authori[sz]ation|csrf|api_?key|private_?key", re.I
)
_NUMBER_KEYS = re.compile(
    r"(^|_)(number|e164|caller|callerid|caller_id|phone_number|msisdn|dialled|from_number|to_number)$", re.I
)
# Seven digits or more, together or in groups. A letter on either side means an identifier or a digest;
# ".digits" behind it means an Asterisk call id or a time in seconds.
_NUMBER = re.compile(r"(?<![0-9A-Za-z.])\+?\(?\d(?:[\s()/-]{0,2}\d){6,19}(?![0-9A-Za-z]|\.\d)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2})?")
_HIDDEN = "•••"


def mask_text(text: str, secrets: Collection[str] = ()) -> str:
    """The text with every phone number shortened and every known secret replaced."""
    for secret in secrets:
        if secret in text:
            text = text.replace(secret, _HIDDEN)
    return _NUMBER.sub(lambda found: _mask_found(found.group()), text)


def _mask_found(found: str) -> str:
    return found if _DATE.match(found) else masked(found)


def mask_field(key: str, value: Any, secrets: Collection[str] = ()) -> Any:
    """One log field: a telling key hides the whole value, in any other the text is searched."""
    if _SECRET_KEYS.search(key):
        return _HIDDEN
    if _NUMBER_KEYS.search(key) and isinstance(value, str):
        return value if value.isdigit() and len(value) <= 6 else masked(value)
    return _mask_value(key, value, secrets)


def _mask_value(key: str, value: Any, secrets: Collection[str]) -> Any:
    if isinstance(value, str):
        return mask_text(value, secrets)
    if isinstance(value, bytes | bytearray):
        return mask_text(bytes(value).decode("utf-8", "replace"), secrets)
    if isinstance(value, Mapping):
        return {str(k): mask_field(str(k), v, secrets) for k, v in value.items()}
    if isinstance(value, Iterable):
        return [mask_field(key, item, secrets) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask_text(repr(value), secrets)
