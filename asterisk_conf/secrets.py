"""Secrets derived from one, so that console, commands and Asterisk agree without storing them twice."""

import hashlib
import hmac
from functools import lru_cache

_PHONE_PASSWORD_LENGTH = _MARK_LENGTH = 32


def phone_password(master: str, extension: str, epoch: int) -> str:
    """The SIP password of an agent's phone: 128 bits of HMAC-SHA256 over extension and epoch, in hex.

    Another epoch gives another password. Epoch 0 is that of phones from before there were epochs, whose
    password stays what it was.
    """
    name = f"phone:{extension}:{epoch}" if epoch else f"phone:{extension}"
    digest = hmac.new(master.encode(), name.encode(), hashlib.sha256)
    return digest.hexdigest()[:_PHONE_PASSWORD_LENGTH]


def nobodys_password(master: str) -> str:
    """The password of the endpoint to which every request belongs that has not proved to be a phone's."""
    return hmac.new(master.encode(), b"nobody", hashlib.sha256).hexdigest()


@lru_cache(maxsize=8)
def mark_of_test_calls(master: str) -> str:
    """Proves to the dialplan that a call is the test caller's own, in hex: nobody at a trunk knows it."""
    return hmac.new(master.encode(), b"test-call", hashlib.sha256).hexdigest()[:_MARK_LENGTH]


@lru_cache(maxsize=8)
def capture_key(secret: str) -> str:
    """By which the service knows that news of refused calls comes from its own Asterisk."""
    return hmac.new(secret.encode(), b"capture", hashlib.sha256).hexdigest()[:32]
