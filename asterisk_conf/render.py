"""Renders Asterisk's whole configuration from the telephony spec; every file is replaced in one step."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import jinja2

from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.modules import WANTED
from asterisk_conf.problem import AsteriskProblem
from asterisk_conf.program import Program
from asterisk_conf.records import cel_mapping
from asterisk_conf.secrets import phone_password
from asterisk_conf.spec import TelephonySpec

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
# Characters with a meaning in Asterisk's configuration files; a folder's name with one cannot be written.
_UNWRITABLE = frozenset('\r\n;,|"$(){}')


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the dialplan: stays in queues and offers to agents a call, overflows, ring times."""

    stints: int = 20
    overflows: int = 3
    front_priority: int = 1000
    offer_seconds: int = 20
    outbound_seconds: int = 60


def render(spec: TelephonySpec, folders: AsteriskFolders, program: Program) -> tuple[Path, ...]:
    """Writes the configuration into `folders.etc` (mode 0600) and returns the files that changed.

    Raises AsteriskProblem when a folder's name cannot be written into such a file.
    """
    _refuse_unwritable(folders, program)
    folders.make()
    texts = rendered_texts(spec, folders, program)
    return tuple(
        folders.etc / name for name, text in sorted(texts.items()) if _replace(folders.etc / name, text)
    )


def rendered_texts(spec: TelephonySpec, folders: AsteriskFolders, program: Program) -> dict[str, str]:
    """The text of every file by its name, without touching the disk."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("asterisk_conf"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - not HTML; what goes in was checked by the spec
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    values = {
        "spec": spec,
        "folders": folders,
        "program": program,
        "limits": Limits(),
        "modules": program.available(WANTED),
        "dropped_events": DROPPED_EVENTS,
        "cel_mapping": cel_mapping(),
        "phone_password": phone_password,
        "bracketed": _bracketed,
    }
    return {
        name.removesuffix(".j2"): environment.get_template(name).render(values)
        for name in environment.list_templates(extensions=["j2"])
    }


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _refuse_unwritable(folders: AsteriskFolders, program: Program) -> None:
    for path in (folders.root, folders.recordings, program.modules):
        bad = _UNWRITABLE.intersection(str(path))
        if bad:
            raise AsteriskProblem(
                f"Asterisk cannot use the folder {path}: its name has {min(bad)!r} in it; "
                "move Ringdesk to a folder without it."
            )


def _replace(path: Path, text: str) -> bool:
    """Writes whole and renames, so that a reload never reads half a file; False when nothing changed."""
    if path.is_file() and path.read_text() == text and path.stat().st_mode & 0o777 == 0o600:
        return False
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
    return True
