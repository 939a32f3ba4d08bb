"""Settings of Asterisk: its ports, its trunks, and how long silence on a line is taken for a lost phone."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from asterisk_conf.admission import CALLS_A_NUMBER, AdmissionSpec, channels_of, fitting_limits
from asterisk_conf.spec import (
    LEAST_SESSION_SECONDS,
    LONGEST_SESSION_SECONDS,
    RTP_TIMEOUT_SECONDS,
    Identity,
    PortSpec,
    TrunkSpec,
)
from asterisk_conf.spec_rules import require_address
from crm.rules.destinations import PATTERN, DialRules


def _pattern(text: str) -> str:
    if not PATTERN.fullmatch(text):
        raise ValueError(
            f"{text!r} is no pattern of numbers; write digits, ? for one and * at the end for more"
        )
    return text


NumberPattern = Annotated[str, AfterValidator(_pattern)]


class TrunkSettings(BaseModel):
    """A line to the telephone network; `matches` are the networks from which its calls come.

    What may be dialled by it: numbers that match `allowed_numbers` (all, when there are none) and none of
    `forbidden_numbers`; premium numbers only with `premium_numbers`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    host: str
    port: int = Field(default=5060, ge=1, le=65535)
    matches: tuple[str, ...] = ()
    user: str | None = None
    password: SecretStr | None = None
    registers: bool = False
    caller_number: str | None = None
    allowed_numbers: tuple[NumberPattern, ...] = ()
    forbidden_numbers: tuple[NumberPattern, ...] = ()
    premium_numbers: bool = False
    identity: Identity = Identity.FROM
    max_calls: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _is_one_for_asterisk(self) -> Self:
        self.spec()
        return self

    def spec(self) -> TrunkSpec:
        """As it is rendered."""
        return TrunkSpec(
            name=self.name,
            host=self.host,
            port=self.port,
            matches=self.matches,
            user=self.user,
            password=self.password.get_secret_value() if self.password else None,
            registers=self.registers,
            caller_number=self.caller_number,
            identity=self.identity,
            max_calls=self.max_calls,
        )

    def dial_rules(self, home_region: str) -> DialRules:
        """What may be dialled by this trunk."""
        return DialRules(home_region, self.allowed_numbers, self.forbidden_numbers, self.premium_numbers)


class LimitSettings(BaseModel):
    """Most calls from the trunks. What is left open fits the machine and its sound ports; 0 is no limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: int | None = Field(default=None, ge=0, description="Calls from the trunks at once.")
    calls_per_trunk: int | None = Field(default=None, ge=0, description="Of these by one trunk.")
    calls_per_number: int = Field(
        default=CALLS_A_NUMBER, ge=0, description="Of these from one caller's number."
    )
    new_calls_a_second: int | None = Field(default=None, ge=0, description="New calls a second by one trunk.")


class ExternalSettings(BaseModel):
    """An Asterisk of the owner's own on this machine, which Ringdesk configures and never starts or stops."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    configuration: Path = Field(description="Folder for the rendered files; Asterisk reads or includes them.")
    log: Path = Field(default=Path("/var/log/asterisk"), description="Asterisk's folder for its records.")
    group: str | None = Field(default="asterisk", description="Who may read the rendered files besides you.")


class AsteriskSettings(BaseModel):
    """Section `asterisk`. Ports on loopback, but `wss_port`, which opens with a listening address only."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sip_bind: str = Field(default="127.0.0.1", description="Address for SIP: trunks and desk phones.")
    sip_port: int = Field(default=5160, ge=1, le=65535, description="SIP over UDP.")
    http_port: int = Field(default=8188, ge=1, le=65535, description="The browsers' phones on this machine.")
    wss_port: int = Field(default=8189, ge=1, le=65535, description="The browsers' phones elsewhere.")
    ami_port: int = Field(default=5138, ge=1, le=65535, description="Asterisk's manager interface.")
    agi_port: int = Field(default=4573, ge=1, le=65535, description="The voice menu's server.")
    capture_port: int = Field(
        default=4574, ge=1, le=65535, description="Where the service hears of refused calls, UDP."
    )
    rtp_first: int = Field(default=12000, ge=1024, le=65535, description="First port for sound.")
    rtp_last: int = Field(default=12999, ge=1024, le=65535, description="Last port for sound.")
    rtp_timeout_seconds: int = Field(
        default=RTP_TIMEOUT_SECONDS,
        ge=1,
        description="Silence of a browser phone after which Asterisk by itself takes it for lost; it counts "
        "its own standstill. See desk.silence_s.",
    )
    trunk_session_seconds: int = Field(
        default=300,
        ge=LEAST_SESSION_SECONDS,
        le=LONGEST_SESSION_SECONDS,
        description="A trunk's call that nobody there confirms for so long is over.",
    )
    external: ExternalSettings | None = Field(
        default=None, description="Use an Asterisk of your own instead of starting one."
    )
    limits: LimitSettings = LimitSettings()
    trunks: tuple[TrunkSettings, ...] = Field(default=(), description="Lines to the telephone network.")

    @model_validator(mode="after")
    def _are_for_asterisk(self) -> Self:
        require_address(self.sip_bind, "sip_bind")
        self.ports()
        return self

    def dial_rules(self, home_region: str) -> DialRules:
        """What may be dialled by click to dial, which uses the first trunk."""
        return self.trunks[0].dial_rules(home_region) if self.trunks else DialRules(home_region)

    def ports(self) -> PortSpec:
        """The ports as they are rendered."""
        return PortSpec(
            sip=self.sip_port,
            http=self.http_port,
            ami=self.ami_port,
            agi=self.agi_port,
            capture=self.capture_port,
            rtp_first=self.rtp_first,
            rtp_last=self.rtp_last,
        )

    def admission(self) -> AdmissionSpec:
        """The limits in force: the owner's where given, else what fits."""
        fitting = fitting_limits(channels_of(self.rtp_first, self.rtp_last), len(self.trunks))
        given, limits = self.limits, fitting
        calls = limits.calls if given.calls is None else given.calls
        # A share of what the owner allows in all, not of what would have fitted.
        share = calls * limits.per_trunk // limits.calls
        return AdmissionSpec(
            calls=calls,
            per_trunk=share if given.calls_per_trunk is None else given.calls_per_trunk,
            per_number=given.calls_per_number,
            new_a_second=limits.new_a_second
            if given.new_calls_a_second is None
            else given.new_calls_a_second,
        )
