"""Settings of the web application, a section of Ringdesk's settings. Durations carry their unit."""

from typing import Annotated

from limits import parse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _rate(text: str) -> str:
    parse(text)
    return text


Rate = Annotated[str, AfterValidator(_rate)]
"""How often something may be done, such as ``10 per 5 minutes``."""


class Disposition(BaseModel):
    """A result of a call that an agent can choose."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")
    zh: str
    en: str


DEFAULT_DISPOSITIONS = (
    Disposition(code="resolved", zh="已解决", en="Resolved"),
    Disposition(code="information", zh="咨询", en="Information given"),
    Disposition(code="order", zh="下单", en="Order taken"),
    Disposition(code="complaint", zh="投诉", en="Complaint"),
    Disposition(code="follow_up", zh="需跟进", en="Follow-up needed"),
    Disposition(code="wrong_number", zh="打错电话", en="Wrong number"),
    Disposition(code="other", zh="其他", en="Other"),
)


class SignInSettings(BaseModel):
    """Who may sign in how often, and how long a session lasts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # A shift is twelve hours; one sign-in must last it, a forgotten one must not last the next.
    absolute_hours: float = Field(default=14, gt=0)
    idle_minutes: float = Field(default=60, gt=0)
    failures_per_login: Rate = "10 per 5 minutes"
    attempts_per_address: Rate = "30 per minute"
    # One hash takes 64 MiB and a core; more at once would starve the calls.
    hashes_at_once: int = Field(default=2, ge=1)
    hashes_waiting: int = Field(default=32, ge=0)


class GatewaySettings(BaseModel):
    """Bounds of the live websocket."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hello_seconds: float = Field(default=10, gt=0)
    ping_seconds: float = Field(default=15, gt=0)
    silence_seconds: float = Field(default=40, gt=0)
    # Whoever is deactivated, or has another role, works by it after so long at most.
    session_check_seconds: float = Field(default=2, gt=0)
    close_seconds: float = Field(default=2, gt=0)
    outbox_frames: int = Field(default=512, ge=1)
    outbox_characters: int = Field(default=4_000_000, ge=1)
    # A console says a few words a minute; what is far beyond that is a fault or an attack.
    messages_per_ping: int = Field(default=200, ge=1)
    history_steps: int = Field(default=2000, ge=0)
    floor_backlog: int = Field(default=10_000, ge=1)
    connections_per_user: int = Field(default=10, ge=1)
    connections: int = Field(default=2000, ge=1)


class ConsoleSettings(BaseModel):
    """Section `console`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sign_in: SignInSettings = SignInSettings()
    gateway: GatewaySettings = GatewaySettings()
    dispositions: tuple[Disposition, ...] = DEFAULT_DISPOSITIONS
    # Each is a real call of up to ten minutes; callers must not find Asterisk full of them.
    test_calls_per_user: Rate = "10 per minute"
    # Nobody dials so often by hand; a script at an open console would. Calls for help are not counted.
    dials_per_user: Rate = "20 per minute"
    max_body_bytes: int = Field(default=65_536, ge=1024)
