"""The model of all settings: a section for each part of Ringdesk, a default and a meaning for each value."""

import ipaddress
import zoneinfo

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent_console.settings import ConsoleSettings
from asterisk_conf.settings import AsteriskSettings
from crm.settings import CrmSettings
from cti.recorder.settings import RecorderSettings
from cti.settings import AmiSettings, DeskSettings, RefusalSettings
from ivr.settings import IvrSettings
from ringdesk.installation.addresses import reachable
from ringdesk.logs.pipeline import Level

PREFIX = "RINGDESK_"
BETWEEN = "__"


class Settings(BaseSettings):
    """One section per part of Ringdesk, and what concerns all of them."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=BETWEEN, extra="forbid", frozen=True, validate_default=True
    )

    listen: str = Field(
        default="127.0.0.1",
        description="address for consoles and browser phones; any other than loopback means HTTPS and WSS",
    )
    port: int = Field(default=8700, ge=1, le=65535, description="port of the console")
    local_port: int = Field(
        default=8701,
        ge=1,
        le=65535,
        description="plain HTTP for monitoring on this machine when listening elsewhere",
    )
    log_level: Level = Field(default="info", description="debug, info, warning or error")
    database_url: str = Field(
        default="",
        description="postgresql://user:password@host/name; without it a SQLite file in the home folder",
    )
    time_zone: str = Field(default="Asia/Shanghai", description="whose days the figures of the queues count")
    asterisk: AsteriskSettings = AsteriskSettings()
    ami: AmiSettings = AmiSettings()
    console: ConsoleSettings = ConsoleSettings()
    ivr: IvrSettings = IvrSettings()
    desk: DeskSettings = DeskSettings()
    recorder: RecorderSettings = RecorderSettings()
    refused: RefusalSettings = RefusalSettings()
    crm: CrmSettings = CrmSettings()

    @field_validator("listen")
    @classmethod
    def _is_address(cls, value: str) -> str:
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            raise ValueError(f"{value!r} is not an IP address of this machine") from None
        if address.version == 6 and address.is_unspecified:
            raise ValueError(
                "'::' is not one address; name one of this machine's, or 0.0.0.0 for all of IPv4"
            )
        return str(address)

    @field_validator("time_zone")
    @classmethod
    def _is_time_zone(cls, value: str) -> str:
        try:
            return zoneinfo.ZoneInfo(value).key
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            raise ValueError(f"{value!r} is not the name of a time zone, such as Asia/Shanghai") from None

    @property
    def listens_beyond_this_machine(self) -> bool:
        """Whether other machines' browsers can come, which needs certificates."""
        return not ipaddress.ip_address(self.listen).is_loopback

    @property
    def local_url(self) -> str:
        """Where programs on this machine reach the service by plain HTTP, wherever it listens."""
        if self.listens_beyond_this_machine:
            return f"http://127.0.0.1:{self.local_port}"
        return f"http://{_bracketed(self.listen)}:{self.port}"

    @property
    def console_url(self) -> str:
        """What people type into their browser."""
        if not self.listens_beyond_this_machine:
            # Browsers allow the microphone on this name, and people can read it.
            return f"http://localhost:{self.port}/" if self.listen == "127.0.0.1" else f"{self.local_url}/"
        return f"https://{_bracketed(reachable(self.listen))}:{self.port}/"


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
