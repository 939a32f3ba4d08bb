"""Where an outbound call may go: what a number has to pass before it is dialled."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from crm.rules.numbers import normalise, plain

PATTERN = re.compile(r"(?=.*[0-9])\+?[0-9?]*\*?")
"""How patterns are written: digits, `?` for any one digit, at the end `*` for any further ones; in E.164 with
its plus, short numbers as they are dialled."""

# What libphonenumber does not list of mainland China: value-added voice services with a short number, and the
# sound lines 160 and 168 behind an area code.
_PREMIUM_TOO = {"CN": re.compile(r"\+86(?:12590\d*|(?:10|2\d|[3-9]\d\d)16[08]\d+)")}

# Traffic accidents, in mainland China as much a call for help as 110.
_EMERGENCY_TOO = {"CN": frozenset({"122"})}


@dataclass(frozen=True, slots=True)
class DialRules:
    """What may be dialled by one trunk. Without `allowed` every number that is not forbidden may be."""

    home_region: str = "CN"
    allowed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    premium: bool = False


DEFAULT_RULES = DialRules()
"""Everywhere but to premium numbers."""


def refusal_of(number: str, rules: DialRules) -> str | None:
    """Why a number (plus and digits) may not be dialled, as a stable code; None when it may be.

    An emergency number may always be, unless a pattern forbids that very number.
    """
    written = set(_writings(number, rules.home_region))
    if _matches(written, rules.forbidden):
        return "forbidden_number"
    if is_emergency(number, rules.home_region):
        return None
    if not rules.premium and is_premium(number, rules.home_region):
        return "premium_number"
    # What is allowed has to be the number that it looks like: a writing nobody understands may lead anywhere.
    sure = {number, normalise(number, rules.home_region) or number}
    if rules.allowed and not _matches(sure, rules.allowed):
        return "number_not_allowed"
    return None


def is_emergency(number: str, home_region: str) -> bool:
    """Whether help is called, in any writing: police, fire brigade, ambulance and the like of the country."""
    number = plain(number) or number
    too = _EMERGENCY_TOO.get(home_region, frozenset())
    return number in too or phonenumbers.is_emergency_number(number, home_region)


def is_premium(number: str, home_region: str) -> bool:
    """Whether the one who calls pays for what is said there, in any country."""
    parsed = _parsed(number, home_region)
    if parsed is None:
        return False
    if phonenumbers.number_type(parsed) == PhoneNumberType.PREMIUM_RATE:
        return True
    if (
        phonenumbers.expected_cost_for_region(parsed, home_region)
        == phonenumbers.ShortNumberCost.PREMIUM_RATE
    ):
        return True
    too = _PREMIUM_TOO.get(home_region)
    return too is not None and too.fullmatch(_e164(parsed)) is not None


def _writings(number: str, home_region: str) -> Iterator[str]:
    """As it is dialled, and in E.164 however unlikely that is."""
    yield number
    parsed = _parsed(number, home_region)
    if parsed is not None:
        yield _e164(parsed)


def _parsed(number: str, home_region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number, home_region)
    except NumberParseException:
        return None


def _e164(parsed: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def _matches(written: set[str], patterns: tuple[str, ...]) -> bool:
    return any(_compiled(pattern).fullmatch(number) for pattern in patterns for number in written)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\?", "[0-9]").replace(r"\*", "[0-9]*"))
