"""What a console must know to register its phone with Asterisk."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class PhoneAccess:
    """The account of one phone; the password opens nothing but this phone."""

    ws_url: str
    sip_uri: str
    auth_user: str
    password: str
    realm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneLine:
    """Asterisk's websocket, which lies on the same machine as the console under another port."""

    scheme: str
    port: int
    realm: str
    password_of: Callable[[str, int], str]
    path: str = "/ws"

    def socket_origin(self, host: str) -> str:
        """Scheme, host and port for a page that was opened as `host`, perhaps with a port of its own."""
        name = host_name(host)
        return f"{self.scheme}://{f'[{name}]' if ':' in name else name}:{self.port}"

    def access(self, ext: str, epoch: int, host: str) -> PhoneAccess:
        """The account of an extension in this epoch of its password."""
        return PhoneAccess(
            ws_url=f"{self.socket_origin(host)}{self.path}",
            sip_uri=f"sip:{ext}@{self.realm}",
            auth_user=ext,
            password=self.password_of(ext, epoch),
            realm=self.realm,
        )


def host_name(host: str) -> str:
    """The name or address in a Host header, without port and brackets."""
    return urlsplit(f"//{host}").hostname or ""
