"""Secrets of phones, derived so that console and Asterisk agree without storing them twice."""

import hashlib
import hmac

_PHONE_PASSWORD_LENGTH = 32


def phone_password(master: str, extension: str) -> str:
    """The SIP password of an agent's phone: 128 bits of HMAC-SHA256 over the extension, in hex."""
    digest = hmac.new(master.encode(), f"phone:{extension}".encode(), hashlib.sha256)
    return digest.hexdigest()[:_PHONE_PASSWORD_LENGTH]
