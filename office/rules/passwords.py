"""The one rule that every new password has to follow, after NIST SP 800-63B, revision 4, section 3.1.1.2."""

import re
import unicodedata
from collections.abc import Iterable

from zxcvbn import zxcvbn

SHORTEST = 15
"""Characters of a password that opens the console by itself, without a second proof."""
LONGEST = 1024
"""Characters that the sign-in accepts."""
_PRODUCT = "ringdesk"
# Of zxcvbn's five classes 0 to 4: from this one on, more than 10^8 guesses are needed.
_SAFE_CLASS = 3
# What zxcvbn looks at; its work grows with the square of the length.
_JUDGED = 72


def normalised(password: str) -> str:
    """The form that is hashed: NFKC, so that two keyboards that write one character differently agree."""
    return unicodedata.normalize("NFKC", password)


def password_problem(password: str, own_words: Iterable[str]) -> str | None:
    """Why this cannot become a password, None when it can. `own_words` are the user's login and names.

    No rule about kinds of characters: length and rarity count. What is common, a pattern, a repetition, or
    made of the user's own words, zxcvbn knows from its lists, without asking anybody.
    """
    text = normalised(password)
    if "\0" in text or any(unicodedata.category(character) == "Cs" for character in text):
        return "the password holds a character that the sign-in page cannot send"
    if len(text) < SHORTEST or len(password) > LONGEST:
        return f"a password needs {SHORTEST} to {LONGEST} characters; a few words in a row will do"
    words = [
        word for known in (_PRODUCT, *own_words) for word in (known, *re.split(r"[\s._-]+", known)) if word
    ]
    if zxcvbn(text[:_JUDGED], user_inputs=words)["score"] < _SAFE_CLASS:
        return (
            "this password is easy to guess: it is common, a pattern, or the user's own name; "
            "take a few words that do not belong together"
        )
    return None
