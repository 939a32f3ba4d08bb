"""All settings of an installation: var/ringdesk.toml, above it RINGDESK_… variables, above both the call."""

import difflib
import ipaddress
import json
import os
import re
import tomllib
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from agent_console.settings import ConsoleSettings
from asterisk_conf.settings import AsteriskSettings
from crm.settings import CrmSettings
from cti.recorder.settings import RecorderSettings
from cti.settings import AmiSettings, DeskSettings, RefusalSettings
from ivr.settings import IvrSettings
from ringdesk.home import Home
from ringdesk.logging import Level
from ringdesk.passphrase import PASSPHRASE_VARIABLE
from ringdesk.problem import Problem

_PREFIX = "RINGDESK_"
_BETWEEN = "__"
# Read before there are settings: where they lie, and which interpreter scripts/up takes; and what one command
# takes from its environment alone.
_NOT_SETTINGS = frozenset({"RINGDESK_HOME", "RINGDESK_PYTHON", PASSPHRASE_VARIABLE})


class Settings(BaseSettings):
    """One section per part of Ringdesk, and what concerns all of them."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter=_BETWEEN, extra="forbid", frozen=True, validate_default=True
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


def load(home: Home, *, environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """The settings in force. Raises Problem, one sentence, for an unknown key or a wrong value."""
    given: Mapping[str, str] = os.environ if environment is None else environment
    from_file = _read_file(home.settings_file)
    _refuse_unknown_variables(given)

    class Sourced(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, _Environment(settings_cls, given), _File(settings_cls, from_file)

    in_call = {key: value for key, value in overrides.items() if value is not None}

    def place(keys: list[str], found: list[str]) -> str:
        """Where the value in force was written; a file is named when it has all of `found`."""
        variable = _PREFIX + _BETWEEN.join(keys).upper()
        if keys[0] in in_call:
            return f"--{keys[0]}"
        if variable in given or not _is_in(from_file, found):
            return variable
        return f"{home.settings_file}: {'.'.join(keys)}"

    try:
        return Sourced(**in_call)
    except ValidationError as error:
        raise Problem(_sentence(error, place)) from None
    except SettingsError as error:
        raise Problem(_not_json(given, error)) from None


@dataclass(frozen=True, slots=True)
class DescribedSetting:
    """One line of the reference."""

    name: str
    default: str
    description: str


def _is_section(kind: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def described(model: type[BaseModel] = Settings, above: str = "") -> list[DescribedSetting]:
    """Every setting with its default, sections in their order; secrets show as empty."""
    lines = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        if _is_section(kind):
            lines += described(kind, f"{above}{name}.")
        else:
            lines.append(DescribedSetting(above + name, _plain(field.default), field.description or ""))
    return lines


def _plain(default: Any) -> str:
    if isinstance(default, tuple):
        return ", ".join(item if isinstance(item, str) else str(item.code) for item in default)
    return "" if default is None or isinstance(default, SecretStr) else str(default)


def reachable(listen: str) -> str:
    """An address that a colleague can type: of all interfaces the first that is not this machine's own."""
    if not ipaddress.ip_address(listen).is_unspecified:
        return listen
    from ringdesk.certificates import interface_addresses

    found = interface_addresses()
    return next((a for a in found if not ipaddress.ip_address(a).is_loopback), "127.0.0.1")


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


class _Environment(EnvSettingsSource):
    """The variables given, which need not be this process's own."""

    def __init__(self, settings_cls: type[BaseSettings], environment: Mapping[str, str]) -> None:
        self._given = environment
        super().__init__(settings_cls)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {key.lower(): value for key, value in self._given.items()}


class _File(PydanticBaseSettingsSource):
    """The tables of ringdesk.toml, already read."""

    def __init__(self, settings_cls: type[BaseSettings], content: dict[str, Any]) -> None:
        super().__init__(settings_cls)
        self._content = content

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """One top-level value, as pydantic-settings asks for it."""
        return self._content.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Everything in the file, unknown keys too: the model refuses them."""
        return self._content


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(f"{path} is not valid TOML: {error}") from None
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}") from None


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    known = {_PREFIX + name.upper(): name for name in Settings.model_fields}
    for variable in sorted(environment):
        if not variable.startswith(_PREFIX) or variable in _NOT_SETTINGS:
            continue
        first, between, _ = variable.partition(_BETWEEN)
        if first not in known or (
            between and not _is_section(Settings.model_fields[known[first]].annotation)
        ):
            raise Problem(
                f"the variable {variable} is not a setting of Ringdesk{_near(variable, list(known))}"
            )


def _sentence(error: ValidationError, place: Callable[[list[str], list[str]], str]) -> str:
    """The first fault, named where its author wrote it."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    keys = [str(part) for part in fault["loc"]]
    # What is missing is missing from where the rest of its section is.
    where = place(keys, keys[:-1] if fault["type"] == "missing" else keys)
    match fault["type"]:
        case "extra_forbidden":
            return f"{where} is not a setting of Ringdesk{_near(keys[-1], _fields_beside(keys))}"
        case "missing":
            return f"{where} is missing"
        case "model_type":
            return (
                f"{where} is a section of settings, not a single value; write its settings below [{keys[-1]}]"
            )
    reason = fault["msg"].removeprefix("Value error, ")
    return f"{where}: {reason[0].lower()}{reason[1:]}"


def _not_json(environment: Mapping[str, str], error: SettingsError) -> str:
    """The error names the section only, so every variable of it that could be meant is named."""
    section = re.search(r'field "(\w+)"', str(error))
    beginning = _PREFIX + (section[1].upper() if section else "")
    suspects = [
        name for name, value in environment.items() if name.startswith(beginning) and not _is_json(value)
    ]
    return (
        f"{' or '.join(sorted(suspects))} stands for several values and must be JSON; "
        "they are easier to write in ringdesk.toml"
    )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _is_in(content: Any, keys: list[str]) -> bool:
    for key in keys:
        if isinstance(content, list) and key.isdigit() and int(key) < len(content):
            content = content[int(key)]
        elif isinstance(content, Mapping) and key in content:
            content = content[key]
        else:
            return False
    return True


def _fields_beside(keys: list[str]) -> list[str]:
    """The names that could have been meant in the place of the last key."""
    model: Any = Settings
    for key in keys[:-1]:
        field = model.model_fields.get(key)
        model = field.annotation if field else None
        if not _is_section(model):
            return []
    return list(model.model_fields)


def _near(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
