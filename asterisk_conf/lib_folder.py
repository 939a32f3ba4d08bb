"""Asterisk's data folder: links to what the program brought, and our prompts where Asterisk looks."""

import os
from pathlib import Path

from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.program import Program

LANGUAGES = ("zh", "en")
_ENGLISH = ("en", "en_US_f_Allison", "en_US")


def prepare_lib(folders: AsteriskFolders, program: Program) -> None:
    """Makes `lib/`; may be repeated at any time, also after the program or the prompts moved.

    A prompt is found twice: as `ringdesk/<language>/<name>`, and as `ringdesk/<name>`, for which Asterisk
    takes the language of the channel.
    """
    for name in ("documentation", "rest-api"):
        _link(folders.lib / name, program.data / name)
    _link(folders.sounds / "ringdesk", folders.prompts)
    english = next(
        (program.data / "sounds" / n for n in _ENGLISH if (program.data / "sounds" / n).is_dir()), None
    )
    for language in LANGUAGES:
        place = folders.sounds / language
        place.mkdir(parents=True, exist_ok=True)
        if language == "en" and english is not None:
            for entry in english.iterdir():
                _link(place / entry.name, entry)
        _link(place / "ringdesk", folders.prompts / language)


def _link(link: Path, target: Path) -> None:
    if link.is_symlink():
        if Path(os.readlink(link)) == target:
            return
        link.unlink()
    link.symlink_to(target)
