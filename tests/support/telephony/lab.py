"""A private Asterisk for a test: its own folders, its own free ports, the demo's queues and desk phones."""

import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from asterisk_conf.folders import AsteriskFolders
from asterisk_conf.private_asterisk import PrivateAsterisk
from asterisk_conf.secrets import phone_password
from asterisk_conf.spec import (
    AgentSpec,
    HotlineSpec,
    PhoneKind,
    PortSpec,
    QueueSpec,
    SecretSpec,
    TelephonySpec,
)
from tests.support.ports import free_ports, own_share
from tests.support.telephony.ami_tap import AmiTap
from tests.support.telephony.sip_phone import SipPhone

SECRETS = SecretSpec(
    master="test-master-secret",
    ami="test-ami-secret",
    watchdog="test-watchdog-secret",
    agi="test-agi-secret",
)
_RTP_SPAN = 400


def copies_folder() -> Path:
    """Where private copies of Asterisk are kept, as the product keeps them."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "ringdesk"


def telephony_ports() -> PortSpec:
    """Ports that nobody uses at this moment; the RTP range is drawn, since its ports open and close."""
    sip, http, ami, agi, capture = free_ports(5)
    first = random.choice(own_share(range(14000, 30000, _RTP_SPAN)))
    last = first + _RTP_SPAN - 1
    return PortSpec(sip=sip, http=http, ami=ami, agi=agi, capture=capture, rtp_first=first, rtp_last=last)


def demo_spec(**changes: object) -> TelephonySpec:
    """Two hotlines, three queues, three agents with desk phones: what the tests can play the part of."""
    values: dict[str, object] = {
        "secrets": SECRETS,
        "hotlines": (HotlineSpec("4001", "service"), HotlineSpec("4002", "service", "en")),
        "queues": (
            QueueSpec("service", ring_seconds=5, announce_every_seconds=0, max_wait_seconds=60),
            QueueSpec("sales", ring_seconds=5, announce_every_seconds=0, max_wait_seconds=60),
            QueueSpec("complaints", ring_seconds=5, announce_every_seconds=0, max_wait_seconds=3),
        ),
        "agents": tuple(AgentSpec(extension, PhoneKind.DESK) for extension in ("1001", "1002", "1003")),
        "ports": telephony_ports(),
        "rtp_timeout_seconds": 3,
        # Its desk phones play the parts of browsers, which always send.
        "desk_rtp_timeout_seconds": 3,
        "demo": True,
    }
    return TelephonySpec(**{**values, **changes})  # type: ignore[arg-type]


class Lab:
    """A running Asterisk, the spec it was rendered from, and the phones of a test."""

    def __init__(self, spec: TelephonySpec, root: Path) -> None:
        self.spec = spec
        self.folders = AsteriskFolders(root / "asterisk", root / "recordings", root / "prompts")
        self.asterisk = PrivateAsterisk(spec, self.folders, copies_folder())
        self._phones: list[SipPhone] = []
        self._taps: list[AmiTap] = []

    async def agent(
        self,
        extension: str,
        *queues: str,
        ami: AmiTap | None = None,
        host: str = "127.0.0.1",
        epoch: int = 0,
    ) -> SipPhone:
        """A registered phone, a member of the queues when an AMI session is given."""
        password = phone_password(SECRETS.master, extension, epoch)
        phone = await SipPhone(extension, self.spec.ports.sip, password, host=host).open()
        self._phones.append(phone)
        await phone.register()
        for queue in queues:
            assert ami is not None
            await add_member(ami, queue, extension)
        return phone

    async def caller(
        self, number: str = "+8613800138000", name: str = "", host: str = "127.0.0.1"
    ) -> SipPhone:
        """A phone outside, whose calls come by the trunk to which `host` belongs."""
        phone = await SipPhone(number, self.spec.ports.sip, name=name, host=host).open()
        self._phones.append(phone)
        return phone

    async def tap(self, user: str = "ringdesk") -> AmiTap:
        """An AMI session with the service's own account."""
        secret = SECRETS.ami if user == "ringdesk" else SECRETS.watchdog
        tap = await AmiTap.connect(self.spec.ports.ami, user, secret)
        self._taps.append(tap)
        return tap

    async def close(self) -> None:
        """Phones first: they belong to one test, Asterisk may serve several."""
        for phone in self._phones:
            phone.close()
        for tap in self._taps:
            await tap.close()
        self._phones.clear()
        self._taps.clear()


@asynccontextmanager
async def running_lab(root: Path, **changes: object) -> AsyncIterator[Lab]:
    """A lab whose Asterisk is ready; stopped at the end."""
    lab = Lab(demo_spec(**changes), root)
    await lab.asterisk.install(lambda line: None)
    await lab.asterisk.start()
    try:
        yield lab
    finally:
        await lab.close()
        await lab.asterisk.stop()


async def add_member(ami: AmiTap, queue: str, extension: str, **fields: str) -> None:
    """Adds an agent to a queue as the service does."""
    await ami.action("QueueAdd", Queue=queue, Interface=f"PJSIP/{extension}", MemberName=extension, **fields)
