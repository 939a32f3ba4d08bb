"""The proof that a connection comes from our Asterisk: a digest over the call's id and a secret.

Each call has its own, so what Asterisk writes into its log, its CDR and its events gives no secret away.
"""

import hashlib
import hmac
from collections.abc import Mapping

_SCRIPT = "agi_network_script"
_CALL = "agi_uniqueid"
# Holds the whole address that Asterisk was given.
_REQUEST = "agi_request"


def call_proof(secret: str, call_id: str) -> str:
    """What the dialplan writes behind the script's name: SHA1 of id, colon and secret, in hex.

    SHA-1 because Asterisk has no newer digest; nobody gains from two inputs that give the same one.
    """
    return hashlib.sha1(f"{call_id}:{secret}".encode()).hexdigest()  # noqa: S324


def proves(secret: str, environment: Mapping[str, str]) -> bool:
    """Whether the environment belongs to a call of our Asterisk."""
    _, _, given = environment.get(_SCRIPT, "").partition("?")
    expected = call_proof(secret, environment.get(_CALL, ""))
    return hmac.compare_digest(given.encode(), expected.encode())


def without_proof(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment as a script may see and log it."""
    shown = {name: value for name, value in environment.items() if name != _REQUEST}
    shown[_SCRIPT] = shown.get(_SCRIPT, "").partition("?")[0]
    return shown
