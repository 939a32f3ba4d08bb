"""Where settings come from: var/ringdesk.toml, above it RINGDESK_… variables, above both the call."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsError

from ringdesk.backup.passphrase import PASSPHRASE_VARIABLE
from ringdesk.installation.home import Home
from ringdesk.problem import Problem
from ringdesk.settings import wrong
from ringdesk.settings.reference import is_section
from ringdesk.settings.settings import BETWEEN, PREFIX, Settings

# Read before there are settings: where they lie, and which interpreter scripts/up takes; and what one command
# takes from its environment alone.
_NOT_SETTINGS = frozenset({"RINGDESK_HOME", "RINGDESK_PYTHON", PASSPHRASE_VARIABLE})


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
        variable = PREFIX + BETWEEN.join(keys).upper()
        if keys[0] in in_call:
            return f"--{keys[0]}"
        if variable in given or not _is_in(from_file, found):
            return variable
        return f"{home.settings_file}: {'.'.join(keys)}"

    try:
        return Sourced(**in_call)
    except ValidationError as error:
        raise Problem(wrong.of_value(error, place)) from None
    except SettingsError as error:
        raise Problem(wrong.of_json(given, error)) from None


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
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    for variable in sorted(environment):
        if not variable.startswith(PREFIX) or variable in _NOT_SETTINGS:
            continue
        first, between, _ = variable.partition(BETWEEN)
        if first not in known or (between and not is_section(Settings.model_fields[known[first]].annotation)):
            raise Problem(
                f"the variable {variable} is not a setting of Ringdesk{wrong.near(variable, list(known))}"
            )


def _is_in(content: Any, keys: list[str]) -> bool:
    for key in keys:
        if isinstance(content, list) and key.isdigit() and int(key) < len(content):
            content = content[int(key)]
        elif isinstance(content, Mapping) and key in content:
            content = content[key]
        else:
            return False
    return True
