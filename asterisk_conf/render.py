"""Renders Asterisk's whole configuration from the telephony spec; every file is replaced in one step."""

import functools
import os
import resource
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2

from asterisk_conf.admission import channels_of
from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.modules import WANTED
from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.program import Program
from asterisk_conf.records import cel_mapping
from asterisk_conf.secrets import capture_key, mark_of_test_calls, nobodys_password, phone_password
from asterisk_conf.spec import (
    IDENTIFIER_ORDER,
    LEAST_SESSION_SECONDS,
    TelephonySpec,
    bracketed,
    local_address,
)
from asterisk_conf.test_call import number_of_test_calls

# A user event that the filter drops and one that it does not: sent by the check whether it is in force.
CANARY_DROPPED = "RingdeskCanaryDropped"
CANARY_PASSED = "RingdeskCanaryPassed"
# 60 % of the traffic of a busy Asterisk, and nothing that the floor looks at.
DROPPED_EVENTS = (
    "VarSet",
    "RTCPSent",
    "RTCPReceived",
    "Newexten",
    "ChallengeSent",
    "ChallengeResponseFailed",
    "SuccessfulAuth",
)
_MOST_OPEN_FILES = 65536
_MOST_UNSIGNED_SESSIONS = 100
_MOST_HTTP_SESSIONS = 2000
# Characters with a meaning in Asterisk's configuration files; a folder's name with one cannot be written.
_UNWRITABLE = frozenset('\r\n;,|"$(){}')
# Opens every file that we wrote, and none that somebody else did.
MARK = "; Rendered by Ringdesk"


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers of the dialplan: stays in queues and offers to agents a call, overflows, ring times.

    `remembered` is how many of the last calls are known when a copy comes: a second at 100 calls/s.
    `lost_phone_cause` is what Asterisk's rtp_timeout gives; the service uses it too when a contact vanishes.
    `unconfirmed_cause` is that of a desk phone which, asked within `desk_session_seconds`, does not answer.
    """

    stints: int = 20
    overflows: int = 3
    front_priority: int = 1000
    offer_seconds: int = 20
    outbound_seconds: int = 60
    remembered: int = 100
    lost_phone_cause: int = 44
    unconfirmed_cause: int = 18
    desk_session_seconds: int = LEAST_SESSION_SECONDS


def render(spec: TelephonySpec, folders: AsteriskFolders, program: Program) -> tuple[Path, ...]:
    """Writes the configuration into `folders.etc` (mode 0600) and returns the files that changed.

    Raises AsteriskProblem as `rendered_texts` does, and then leaves everything as it is.
    """
    texts = rendered_texts(spec, folders, program)
    folders.make()
    return write_files(folders.etc, texts)


def write_files(folder: Path, texts: Mapping[str, str], group: int | None = None) -> tuple[Path, ...]:
    """Writes each file that differs, readable by its owner only, and by `group` (its id) if one is given."""
    return tuple(
        folder / name for name, text in sorted(texts.items()) if _replace(folder / name, text, group)
    )


def rendered_texts(spec: TelephonySpec, folders: AsteriskFolders, program: Program) -> dict[str, str]:
    """The text of every file by its name, without touching the disk.

    Raises AsteriskProblem when a folder's name cannot be written into such a file.
    """
    _refuse_unwritable(folders, program)
    environment = _environment()
    values = {
        "spec": spec,
        "folders": folders,
        "program": program,
        "limits": Limits(),
        "modules": program.available(WANTED),
        "open_files": _open_files(),
        "http_sessions": min(_MOST_HTTP_SESSIONS, _open_files() // 4),
        "unsigned_sessions": min(_MOST_UNSIGNED_SESSIONS, _open_files() // 10),
        "canary": CANARY_DROPPED,
        "dropped_events": DROPPED_EVENTS,
        "cel_mapping": cel_mapping(),
        "phone_password": phone_password,
        "nobodys_password": nobodys_password,
        "identifier_order": IDENTIFIER_ORDER,
        "test_mark": mark_of_test_calls(spec.secrets.master),
        "test_number": number_of_test_calls,
        "capture_key": capture_key,
        "most_channels": channels_of(spec.ports.rtp_first, spec.ports.rtp_last),
        "bracketed": bracketed,
        "local_address": local_address,
    }
    return {
        name.removesuffix(".j2"): environment.get_template(name).render(values)
        for name in environment.list_templates(extensions=["j2"])
    }


@functools.cache
def _environment() -> jinja2.Environment:
    """Keeps the compiled templates: the service renders every few seconds. A changed file is read again."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("asterisk_conf"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - not HTML; what goes in was checked by the spec
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _open_files() -> int:
    """As many as this user may have, within reason: a call takes about ten."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return _MOST_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_OPEN_FILES)


def _refuse_unwritable(folders: AsteriskFolders, program: Program) -> None:
    for path in (folders.root, folders.recordings, program.modules):
        bad = _UNWRITABLE.intersection(str(path))
        if bad:
            raise AsteriskProblem(
                f"Asterisk cannot use the folder {path}: its name has {min(bad)!r} in it; "
                "move Ringdesk to a folder without it."
            )


def _replace(path: Path, text: str, group: int | None) -> bool:
    """Writes whole and renames, so that a reload never reads half a file; False when nothing changed."""
    mode = 0o600 if group is None else 0o640
    if path.is_file() and path.read_text(encoding="utf-8") == text and path.stat().st_mode & 0o777 == mode:
        return False
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        if group is not None:
            os.chown(draft, -1, group)
        os.chmod(draft, mode)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
    return True
