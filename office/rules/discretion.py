"""What stands for a person's data where that must not be kept, as in the audit."""

import re

# Seven digits or more, together or in groups, and no part of an identifier or a date.
_NUMBER = re.compile(r"(?<![0-9A-Za-z.-])\+?\(?\d(?:[\s()/-]{0,2}\d){6,19}(?![0-9A-Za-z]|[.-]\d)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\b")


def hinted_login(login: str) -> str:
    """Of a login that nobody has: it may be a password, typed into the wrong field."""
    return f"{login[:2]}…" if len(login) > 3 else "…"


def without_numbers(text: str) -> str:
    """The text with the middle of every telephone number left out."""
    return _NUMBER.sub(_shortened, text)


def _shortened(found: re.Match[str]) -> str:
    number = found.group()
    return number if _DATE.match(number) else f"{number[:3]}…{number[-2:]}"
