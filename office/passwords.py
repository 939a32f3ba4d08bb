"""Password hashes by argon2: how a password is kept and compared."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from office.rules.passwords import normalised

_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """The hash to store. Takes about 0.1 s of a core and 64 MiB."""
    return _HASHER.hash(normalised(password))


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def verify_password(password_hash: str, password: str) -> bool:
    """Whether the hash is this password's; older ones were made of what was typed, not of its normal form."""
    return any(_matches(password_hash, form) for form in dict.fromkeys((normalised(password), password)))


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
