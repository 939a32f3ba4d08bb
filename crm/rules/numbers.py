"""Telephone numbers as callers send them and agents type them, brought to E.164 or recognised as none."""

import re
import unicodedata

import phonenumbers
from phonenumbers import CountryCodeSource, NumberParseException, PhoneNumberFormat

# Longer than any number with prefixes and separators; what is longer is not looked at.
MAX_LENGTH = 40
_WITHHELD = frozenset(
    {
        "",
        "anonymous",
        "unknown",
        "private",
        "restricted",
        "unavailable",
        "withheld",
        "asserted",
        "blocked",
        "none",
        "null",
        "<unknown>",
        "id unavailable",
        "no number",
    }
)
# What the dialplan passes on to the trunk; it would drop every other character and ring somebody else.
_DIALLABLE = re.compile(r"\+?[0-9]{2,32}")
_SEPARATORS = frozenset(" -()./\t\u00a0\u2010\u2011\u2012\u2013")


_HIDDEN = "•••"


def masked(number: str) -> str:
    """All but the last two digits hidden: enough to tell two callers apart, not to call anyone back."""
    digits = [c for c in number if c.isdigit()]
    return _HIDDEN + "".join(digits[-2:]) if len(digits) > 4 else _HIDDEN


def is_withheld(number: str) -> bool:
    """True for a caller who hides the number: nothing in it, or one of the usual words."""
    return number[: MAX_LENGTH + 1].strip().casefold() in _WITHHELD


def shortened(number: str) -> str:
    """Enough to see where a call went and to tell two apart, not to call anybody: `+861…00`."""
    return number if len(number) <= 6 else f"{number[:4]}…{number[-2:]}"


def normalise(number: str, home_region: str = "CN") -> str | None:
    """The number in E.164, None when it is none.

    Understands any usual writing, full-width digits, the international and trunk prefixes of `home_region`,
    and a country code without its plus. Extensions, short codes and numbers without area code are none.
    """
    text = plain(number)
    if text is None:
        return None
    try:
        parsed = phonenumbers.parse(text, home_region)
    except NumberParseException:
        return None
    e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    # Number ranges open faster than their tables follow: written in E.164 already, the length has to do.
    unlisted = e164 == text and phonenumbers.is_possible_number(parsed)
    return e164 if unlisted or phonenumbers.is_valid_number(parsed) else None


def to_dial(number: str, home_region: str = "CN") -> str | None:
    """What is dialled for a number as somebody wrote it, None when it is no number.

    Written for this country, with or without its trunk prefix, it stays as it is, and so do short codes,
    extensions and numbers without area code; with a country code it is dialled in E.164, for the zero in
    `+86 (0)139…` is nobody's. A plus before what cannot be understood means that something is missing.
    """
    text = plain(number)
    if text is None or not _DIALLABLE.fullmatch(text):
        return None
    e164 = normalise(text, home_region)
    if e164 is None:
        return None if text.startswith("+") else text
    source = phonenumbers.parse(text, home_region, keep_raw_input=True).country_code_source
    as_written = source == CountryCodeSource.FROM_DEFAULT_COUNTRY or (
        source == CountryCodeSource.FROM_NUMBER_WITH_IDD and text.endswith(e164[1:])
    )
    return text if as_written else e164


def plain(number: str) -> str | None:
    """Plus and ASCII digits without separators; None when anything else is in it."""
    if len(number) > MAX_LENGTH:
        return None
    text = "".join(c for c in unicodedata.normalize("NFKC", number).strip() if c not in _SEPARATORS)
    digits = text.removeprefix("+")
    return text if digits.isascii() and digits.isdigit() else None
