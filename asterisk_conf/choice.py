"""Which Asterisk the settings mean: a private one of ours, or the owner's."""

import dataclasses
from pathlib import Path

from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.owners_asterisk import OwnersAsterisk
from asterisk_conf.private_asterisk import PrivateAsterisk
from asterisk_conf.server import AsteriskServer
from asterisk_conf.settings import AsteriskSettings
from asterisk_conf.spec import TelephonySpec


def asterisk_server(
    spec: TelephonySpec, folders: AsteriskFolders, cache: Path, settings: AsteriskSettings
) -> AsteriskServer:
    """The Asterisk to work with. `cache` keeps private copies of the program."""
    external = settings.external
    if external is None:
        return PrivateAsterisk(spec, folders, cache)
    own = dataclasses.replace(folders, own_etc=external.configuration, own_log=external.log)
    return OwnersAsterisk(spec, own, group=external.group)
