"""The addresses under which this console is served; a page or name from elsewhere gets nothing."""

from collections.abc import Iterable
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Origins:
    """Origins as browsers write them, such as ``http://127.0.0.1:8080``."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = frozenset(_normalised(origin) for origin in origins)
        self._hosts = frozenset(origin.partition("://")[2] for origin in self._origins)

    def allows(self, origin: str | None) -> bool:
        """Whether a request that changes something may come from this page. No origin is a foreign one."""
        return origin is not None and origin.lower() in self._origins

    def serves(self, host: str | None) -> bool:
        """Whether the Host header names us; a name of someone else's that points here does not."""
        return host is not None and host.lower() in self._hosts


def _normalised(origin: str) -> str:
    parts = urlsplit(origin.lower())
    if parts.scheme not in _DEFAULT_PORTS or parts.hostname is None or parts.path not in ("", "/"):
        raise ValueError(f"not an origin: {origin!r}; write it like http://127.0.0.1:8080")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
