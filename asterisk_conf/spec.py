"""What Asterisk has to know, as plain data: built from the database and the settings, checked when made."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address, ip_network

from asterisk_conf.admission import NO_LIMITS, AdmissionSpec
from asterisk_conf.spec_rules import (
    EXTENSION,
    HOST,
    LANGUAGE,
    NUMBER,
    QUEUE,
    TRUNK,
    USER,
    WrongSpec,
    refuse_doubles,
    require,
    require_address,
    require_network,
    require_range,
    require_secret,
)

STRATEGIES = frozenset(
    {"ringall", "leastrecent", "fewestcalls", "random", "rrmemory", "linear", "wrandom", "rrordered"}
)
LOOPBACK_TRUNK = "trunk"
# Of what is spoken where nobody chose a language.
DEFAULT_LANGUAGE = "zh"
# How Asterisk finds out who a request is from (pjsip.conf says why); it takes a new order at its start only.
IDENTIFIER_ORDER = ("auth_username", "header", "ip")
# What RFC 4028 allows at least, and two hours.
LEAST_SESSION_SECONDS = 90
# A paused machine or a stalled disk for less than this ends no conversation.
RTP_TIMEOUT_SECONDS = 60
LONGEST_SESSION_SECONDS = 7200


def bracketed(address: str) -> str:
    """An address as it stands before a colon and a port."""
    return f"[{address}]" if ":" in address else address


def local_address(bound: str) -> str:
    """By which address this very machine reaches what is bound to `bound`."""
    address = ip_address(bound)
    if not address.is_unspecified:
        return bound
    return "127.0.0.1" if address.version == 4 else "::1"


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
    language: str = DEFAULT_LANGUAGE

    def __post_init__(self) -> None:
        require(NUMBER, self.number, "the number of a hotline")
        require(QUEUE, self.fallback_queue, "the fallback queue of a hotline")
        require(LANGUAGE, self.language, "the language of a hotline")


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
        require(QUEUE, self.name, "the name of a queue")
        if self.strategy not in STRATEGIES:
            raise WrongSpec(f"Asterisk knows no strategy {self.strategy!r}")
        require_range(self.ring_seconds, 3, 300, "ring_seconds")
        require_range(self.wrap_up_seconds, 0, 3600, "wrap_up_seconds")
        require_range(self.sl_seconds, 1, 3600, "sl_seconds")
        require_range(self.max_wait_seconds, 1, 24 * 3600, "max_wait_seconds")
        require_range(self.weight, 0, 1000, "weight")
        require_range(self.max_length, 0, 10000, "max_length")
        require_range(self.announce_every_seconds, 0, 3600, "announce_every_seconds")
        if self.overflow_queue is not None:
            require(QUEUE, self.overflow_queue, "the overflow queue")


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """One agent's phone; endpoint, address of record and authentication user carry the extension's name.

    Its password follows from the extension and `epoch`.
    """

    extension: str
    phone: PhoneKind = PhoneKind.BROWSER
    language: str = DEFAULT_LANGUAGE
    epoch: int = 0

    def __post_init__(self) -> None:
        require(EXTENSION, self.extension, "an extension")
        require(LANGUAGE, self.language, "the language of an agent")


class Identity(StrEnum):
    """Which header of a trunk's calls says who calls.

    From is what the caller's side wrote. P-Asserted-Identity (and Remote-Party-ID where there is none) is the
    network's own word, as long as the carrier removes what callers write there themselves.
    """

    FROM = "from"
    P_ASSERTED = "p-asserted"


@dataclass(frozen=True, slots=True)
class TrunkSpec:
    """The line to the telephone network. `matches` are the networks from which its calls come.

    `max_calls` is its own limit instead of the one for every trunk; 0 is no limit.
    """

    name: str
    host: str
    port: int = 5060
    matches: tuple[str, ...] = ()
    user: str | None = None
    password: str | None = None
    registers: bool = False
    caller_number: str | None = None
    identity: Identity = Identity.FROM
    max_calls: int | None = None

    def __post_init__(self) -> None:
        require(TRUNK, self.name, "the name of a trunk")
        require(HOST, self.host, "the host of a trunk")
        require_range(self.port, 1, 65535, "the port of a trunk")
        for network in self.matches:
            require_network(network, "a network of a trunk")
        if self.user is not None:
            require(USER, self.user, "the user of a trunk")
        if self.password is not None:
            require_secret(self.password, "the password of a trunk")
        if self.caller_number is not None:
            require(NUMBER, self.caller_number, "the caller number of a trunk")
        if self.max_calls is not None:
            require_range(self.max_calls, 0, 100_000, "max_calls of a trunk")
        if self.registers and not (self.user and self.password):
            raise WrongSpec("a trunk that registers needs a user and a password")

    def covers(self, address: str) -> bool:
        """Whether calls from this address come by this trunk."""
        return any(ip_address(address) in ip_network(network, strict=False) for network in self.matches)

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
    capture: int = 4574
    rtp_first: int = 12000
    rtp_last: int = 12999

    def __post_init__(self) -> None:
        for name in ("sip", "http", "ami", "agi", "capture", "rtp_first", "rtp_last"):
            require_range(getattr(self, name), 1, 65535, f"the port {name}")
        if self.rtp_last - self.rtp_first < 9:
            raise WrongSpec("the range of RTP ports is too small: a call needs up to four of them")


@dataclass(frozen=True, slots=True)
class ListenSpec:
    """The address at which other machines' browsers reach Asterisk over WSS, with its certificate."""

    address: str
    port: int
    certificate: str
    private_key: str

    def __post_init__(self) -> None:
        require_address(self.address, "the listening address")
        require_range(self.port, 1, 65535, "the port for wss")
        for path in (self.certificate, self.private_key):
            if not path.startswith("/") or re.search(r"[\r\n;]", path):
                raise WrongSpec(f"not a path for a configuration file: {path!r}")


@dataclass(frozen=True, slots=True)
class SecretSpec:
    """`master` derives the phones' passwords, `agi` the voice menu's proofs; the others are AMI accounts'."""

    master: str = field(repr=False)
    ami: str = field(repr=False)
    watchdog: str = field(repr=False)
    agi: str = field(repr=False)

    def __post_init__(self) -> None:
        for value in (self.master, self.ami, self.watchdog, self.agi):
            require_secret(value, "a secret")


@dataclass(frozen=True, slots=True)
class TelephonySpec:
    """Everything that is rendered into Asterisk's configuration."""

    secrets: SecretSpec
    hotlines: tuple[HotlineSpec, ...] = ()
    queues: tuple[QueueSpec, ...] = ()
    agents: tuple[AgentSpec, ...] = ()
    trunks: tuple[TrunkSpec, ...] = ()
    ports: PortSpec = PortSpec()
    admission: AdmissionSpec = NO_LIMITS
    sip_bind: str = "127.0.0.1"
    listen: ListenSpec | None = None
    default_language: str = DEFAULT_LANGUAGE
    rtp_timeout_seconds: int = RTP_TIMEOUT_SECONDS
    desk_rtp_timeout_seconds: int = 0
    hold_timeout_seconds: int = 900
    trunk_session_seconds: int = 300
    demo: bool = False

    def __post_init__(self) -> None:
        require(LANGUAGE, self.default_language, "the default language")
        require_address(self.sip_bind, "sip_bind")
        require_range(
            self.trunk_session_seconds,
            LEAST_SESSION_SECONDS,
            LONGEST_SESSION_SECONDS,
            "trunk_session_seconds",
        )
        names = [queue.name for queue in self.queues]
        refuse_doubles([hotline.number for hotline in self.hotlines], "hotline")
        refuse_doubles(names, "queue")
        refuse_doubles([agent.extension for agent in self.agents], "extension")
        refuse_doubles([trunk.name for trunk in self.all_trunks], "trunk")
        for hotline in self.hotlines:
            if hotline.fallback_queue not in names:
                raise WrongSpec(f"hotline {hotline.number} falls back to no queue of ours")
        for queue in self.queues:
            if queue.overflow_queue is not None and queue.overflow_queue not in names:
                raise WrongSpec(f"queue {queue.name} overflows into no queue of ours")

    @property
    def all_trunks(self) -> tuple[TrunkSpec, ...]:
        """The trunks, and the one for calls from this machine (test calls, a SIP proxy) if none covers it."""
        home = local_address(self.sip_bind)
        if any(trunk.covers(home) for trunk in self.trunks):
            return self.trunks
        return (*self.trunks, TrunkSpec(LOOPBACK_TRUNK, bracketed(home), self.ports.sip, (home,)))

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
