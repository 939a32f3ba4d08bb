"""What Asterisk has to know, as plain data: built from the database and the settings, checked when made."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address, ip_network

_NUMBER = re.compile(r"\+?[0-9]{2,20}")
_EXTENSION = re.compile(r"[0-9]{2,10}")
_QUEUE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2}(_[A-Z]{2})?")
_TRUNK = re.compile(r"[a-z][a-z0-9-]{0,30}")
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL}){{0,20}}|\[[0-9A-Fa-f:]+\]")
_SECRET = re.compile(r"[A-Za-z0-9_.~+/=-]{8,128}")
_USER = re.compile(r"[A-Za-z0-9_.+~-]{1,64}")
STRATEGIES = frozenset(
    {"ringall", "leastrecent", "fewestcalls", "random", "rrmemory", "linear", "wrandom", "rrordered"}
)
LOOPBACK_TRUNK = "trunk"
# Names with a meaning of their own inside Asterisk's files or in our dialplan.
RESERVED_NAMES = frozenset({"general", "global", "system", "default", "loop", "forger"})


def _require(pattern: re.Pattern[str], value: str, what: str) -> None:
    """Everything that reaches a configuration file passes here: no line break, quote or `$` can."""
    if not pattern.fullmatch(value) or value in RESERVED_NAMES:
        raise ValueError(f"{what} cannot be {value!r}")


def _require_range(value: int, low: int, high: int, what: str) -> None:
    if not low <= value <= high:
        raise ValueError(f"{what} must be between {low} and {high}, not {value}")


class PhoneKind(StrEnum):
    """What an agent talks with: the console's browser, or a SIP telephone on the desk."""

    BROWSER = "browser"
    DESK = "desk"


class WhenEmpty(StrEnum):
    """What happens to a caller for whom no agent at all is signed in: wait for one, or leave the queue."""

    WAIT = "wait"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class HotlineSpec:
    """A number that callers dial; `fallback_queue` serves it when no voice menu can."""

    number: str
    fallback_queue: str
    language: str = "zh"

    def __post_init__(self) -> None:
        _require(_NUMBER, self.number, "the number of a hotline")
        _require(_QUEUE, self.fallback_queue, "the fallback queue of a hotline")
        _require(_LANGUAGE, self.language, "the language of a hotline")


@dataclass(frozen=True, slots=True)
class QueueSpec:
    """One queue. Times are whole seconds; `overflow_queue` takes callers who waited `max_wait_seconds`."""

    name: str
    strategy: str = "leastrecent"
    ring_seconds: int = 15
    wrap_up_seconds: int = 0
    sl_seconds: int = 15
    max_wait_seconds: int = 600
    overflow_queue: str | None = None
    recording: bool = True
    weight: int = 0
    max_length: int = 0
    when_empty: WhenEmpty = WhenEmpty.WAIT
    announce_every_seconds: int = 45

    def __post_init__(self) -> None:
        _require(_QUEUE, self.name, "the name of a queue")
        if self.strategy not in STRATEGIES:
            raise ValueError(f"Asterisk knows no strategy {self.strategy!r}")
        _require_range(self.ring_seconds, 3, 300, "ring_seconds")
        _require_range(self.wrap_up_seconds, 0, 3600, "wrap_up_seconds")
        _require_range(self.sl_seconds, 1, 3600, "sl_seconds")
        _require_range(self.max_wait_seconds, 1, 24 * 3600, "max_wait_seconds")
        _require_range(self.weight, 0, 1000, "weight")
        _require_range(self.max_length, 0, 10000, "max_length")
        _require_range(self.announce_every_seconds, 0, 3600, "announce_every_seconds")
        if self.overflow_queue is not None:
            _require(_QUEUE, self.overflow_queue, "the overflow queue")


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """One agent's phone; endpoint, address of record and authentication user carry the extension's name."""

    extension: str
    phone: PhoneKind = PhoneKind.BROWSER
    language: str = "zh"

    def __post_init__(self) -> None:
        _require(_EXTENSION, self.extension, "an extension")
        _require(_LANGUAGE, self.language, "the language of an agent")


@dataclass(frozen=True, slots=True)
class TrunkSpec:
    """The line to the telephone network. `matches` are the networks from which its calls come."""

    name: str
    host: str
    port: int = 5060
    matches: tuple[str, ...] = ()
    user: str | None = None
    password: str | None = None
    registers: bool = False
    caller_number: str | None = None

    def __post_init__(self) -> None:
        _require(_TRUNK, self.name, "the name of a trunk")
        _require(_HOST, self.host, "the host of a trunk")
        _require_range(self.port, 1, 65535, "the port of a trunk")
        for network in self.matches:
            ip_network(network, strict=False)
        if self.user is not None:
            _require(_USER, self.user, "the user of a trunk")
        if self.password is not None:
            _require(_SECRET, self.password, "the password of a trunk")
        if self.caller_number is not None:
            _require(_NUMBER, self.caller_number, "the caller number of a trunk")
        if self.registers and not (self.user and self.password):
            raise ValueError("a trunk that registers needs a user and a password")

    @property
    def covers_loopback(self) -> bool:
        """Whether calls from this very machine come by this trunk."""
        home = ip_address("127.0.0.1")
        return any(home in ip_network(network, strict=False) for network in self.matches)

    @property
    def is_loopback(self) -> bool:
        """Whether all its calls come from this machine, so that its sound may stay on loopback."""
        return bool(self.matches) and all(
            ip_network(network, strict=False).is_loopback for network in self.matches
        )


@dataclass(frozen=True, slots=True)
class PortSpec:
    """Where Asterisk listens and where it finds the voice menu's server; all on loopback unless `Listen`."""

    sip: int = 5160
    http: int = 8188
    ami: int = 5138
    agi: int = 4573
    rtp_first: int = 12000
    rtp_last: int = 12999

    def __post_init__(self) -> None:
        for name in ("sip", "http", "ami", "agi", "rtp_first", "rtp_last"):
            _require_range(getattr(self, name), 1, 65535, f"the port {name}")
        if self.rtp_last - self.rtp_first < 9:
            raise ValueError("the range of RTP ports is too small: a call needs up to four of them")


@dataclass(frozen=True, slots=True)
class ListenSpec:
    """The address at which other machines' browsers reach Asterisk over WSS, with its certificate."""

    address: str
    port: int
    certificate: str
    private_key: str

    def __post_init__(self) -> None:
        ip_address(self.address)
        _require_range(self.port, 1, 65535, "the port for wss")
        for path in (self.certificate, self.private_key):
            if not path.startswith("/") or re.search(r"[\r\n;]", path):
                raise ValueError(f"not a path for a configuration file: {path!r}")


@dataclass(frozen=True, slots=True)
class SecretSpec:
    """`master` derives the phones' passwords; the others belong to the AMI accounts."""

    master: str = field(repr=False)
    ami: str = field(repr=False)
    watchdog: str = field(repr=False)

    def __post_init__(self) -> None:
        for value in (self.master, self.ami, self.watchdog):
            if not _SECRET.fullmatch(value):
                raise ValueError("a secret needs 8 to 128 letters, digits or any of _.~+/=-")


@dataclass(frozen=True, slots=True)
class TelephonySpec:
    """Everything that is rendered into Asterisk's configuration."""

    secrets: SecretSpec
    hotlines: tuple[HotlineSpec, ...] = ()
    queues: tuple[QueueSpec, ...] = ()
    agents: tuple[AgentSpec, ...] = ()
    trunks: tuple[TrunkSpec, ...] = ()
    ports: PortSpec = PortSpec()
    sip_bind: str = "127.0.0.1"
    listen: ListenSpec | None = None
    default_language: str = "zh"
    rtp_timeout_seconds: int = 8
    hold_timeout_seconds: int = 900
    demo: bool = False

    def __post_init__(self) -> None:
        _require(_LANGUAGE, self.default_language, "the default language")
        ip_address(self.sip_bind)
        names = [queue.name for queue in self.queues]
        _refuse_doubles([hotline.number for hotline in self.hotlines], "hotline")
        _refuse_doubles(names, "queue")
        _refuse_doubles([agent.extension for agent in self.agents], "extension")
        _refuse_doubles([trunk.name for trunk in self.all_trunks], "trunk")
        for hotline in self.hotlines:
            if hotline.fallback_queue not in names:
                raise ValueError(f"hotline {hotline.number} falls back to no queue of ours")
        for queue in self.queues:
            if queue.overflow_queue is not None and queue.overflow_queue not in names:
                raise ValueError(f"queue {queue.name} overflows into no queue of ours")

    @property
    def all_trunks(self) -> tuple[TrunkSpec, ...]:
        """The trunks, and the one for calls from this machine (test calls, a SIP proxy) if none covers it."""
        if any(trunk.covers_loopback for trunk in self.trunks):
            return self.trunks
        return (*self.trunks, TrunkSpec(LOOPBACK_TRUNK, "127.0.0.1", self.ports.sip, ("127.0.0.1",)))

    @property
    def outbound_trunk(self) -> TrunkSpec | None:
        """The line that click to dial uses: the first trunk; the demo calls itself."""
        if self.trunks:
            return self.trunks[0]
        return self.all_trunks[0] if self.demo else None

    @property
    def outbound_number(self) -> str:
        """What a customer sees who is called: the trunk's number, else that of the first hotline."""
        trunk = self.outbound_trunk
        if trunk is not None and trunk.caller_number:
            return trunk.caller_number
        return self.hotlines[0].number if self.hotlines else "anonymous"

    @property
    def fallback_queue(self) -> str:
        """Where a caller goes whose own queue nobody knows any more."""
        if self.hotlines:
            return self.hotlines[0].fallback_queue
        return self.queues[0].name if self.queues else ""


def _refuse_doubles(names: list[str], what: str) -> None:
    doubles = {name for name in names if names.count(name) > 1}
    if doubles:
        raise ValueError(f"there are two of {what} {min(doubles)}")
