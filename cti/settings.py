"""Settings of the telephony integration, one section a part."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class AmiSettings(BaseModel):
    """How to reach Asterisk's manager interface. Durations in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(default=5038, ge=1, le=65535)
    username: str = "ringdesk"
    secret: SecretStr = SecretStr("")

    connect_timeout_s: float = Field(default=5.0, gt=0)
    login_timeout_s: float = Field(default=5.0, gt=0)
    boot_timeout_s: float = Field(default=120.0, gt=0, description="From the login to FullyBooted.")
    action_timeout_s: float = Field(default=5.0, gt=0)
    resync_timeout_s: float = Field(default=30.0, gt=0, description="For comparing the floor with Asterisk.")

    idle_ping_s: float = Field(default=5.0, gt=0, description="Silence after which a Ping is sent.")
    pong_timeout_s: float = Field(
        default=5.0, gt=0, description="Silence after a Ping that means a dead peer."
    )

    retry_first_s: float = Field(default=0.5, gt=0)
    retry_max_s: float = Field(default=4.0, gt=0, description="Callers wait meanwhile: not long.")
    turned_away_retry_s: float = Field(
        default=0.2, gt=0, description="While others hold all places of those who have not signed in."
    )
    rejected_retry_s: float = Field(default=60.0, gt=0, description="After a wrong name or password.")

    max_queued_events: int = Field(default=20_000, ge=1)
    max_message_bytes: int = Field(default=1 << 20, ge=1024)
    max_actions_in_flight: int = Field(default=1_000, ge=1)


class DeskSettings(BaseModel):
    """What happens to an agent's seat by itself. Durations in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sign_off_grace_s: float = Field(
        default=30.0, ge=0, description="A ready agent without any open console is signed off after this."
    )
    silence_s: float = Field(
        default=8.0, ge=1, description="A browser's phone that sends nothing for so long in mid-call is lost."
    )


class RefusalSettings(BaseModel):
    """Calls that were turned away or never entered: when they are an alarm, and how long they are kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    alarm_calls: int = Field(default=5, ge=1, description="So many for one cause and trunk are an alarm")
    alarm_minutes: int = Field(
        default=10, ge=1, le=1440, description="when they come within so many minutes."
    )
    keep_days: int = Field(default=30, ge=1, description="Days for which refused calls are kept.")
