"""Who calls: what the caller wrote into From, or what the network vouches for, as the trunk's setting is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from asterisk_conf.spec import Identity, TrunkSpec
from tests.support.telephony.lab import Lab, running_lab
from tests.support.telephony.sip_phone import Refused

ASSERTED = ("P-Asserted-Identity", '"Office" <sip:+8621555500@carrier.example;user=phone>')
HEADERS_OF_A_CARRIER = tuple((f"X-Carrier-Of-The-Way-{number:02}", "y" * 500) for number in range(40))
FORGED = "%0d%0aEvent%3a%20Forged%0d%0aX%3a%20y"


@asynccontextmanager
async def trusting(root: Path, identity: Identity) -> AsyncIterator[Lab]:
    """A lab whose trunk is trusted in this way; nobody answers the menu, so every caller is in a queue."""
    trunk = TrunkSpec("carrier", "127.0.0.1", matches=("127.0.0.1",), identity=identity)
    async with running_lab(root, trunks=(trunk,)) as lab:
        yield lab


async def shown(lab: Lab, user: str, *headers: tuple[str, str], name: str = "") -> tuple[str, str]:
    """Number and name as the service gets them."""
    ami = await lab.tap()
    call = await (await lab.caller(user, name)).dial("4001", headers=list(headers))
    seen = await ami.wait("UserEvent", UserEvent="RingdeskCall")
    await call.hang_up()
    return seen["CallerIDNum"], seen["CallerIDName"]


async def test_untrusted_as_every_trunk_is_until_told_otherwise_only_from_counts(tmp_path: Path) -> None:
    assert TrunkSpec("carrier", "10.0.0.1").identity is Identity.FROM
    async with trusting(tmp_path, Identity.FROM) as lab:
        assert await shown(lab, "anonymous", ASSERTED) == ("anonymous", "<unknown>")
        assert await shown(lab, "13800138000", ASSERTED) == ("13800138000", "<unknown>")


async def test_the_networks_word_counts_on_a_trusted_trunk(tmp_path: Path) -> None:
    async with trusting(tmp_path, Identity.P_ASSERTED) as lab:
        assert await shown(lab, "anonymous", ASSERTED) == ("+8621555500", "Office")
        assert await shown(lab, "13800138000", ASSERTED, name="Bank") == ("+8621555500", "Office")
        tel = ("P-Asserted-Identity", "<tel:+8621555500>")
        assert (await shown(lab, "anonymous", tel))[0] == "+8621555500"
        older = ("Remote-Party-ID", "<sip:+8621555501@carrier.example>;party=calling")
        assert (await shown(lab, "anonymous", older))[0] == "+8621555501"
        assert (await shown(lab, "anonymous", ASSERTED, older))[0] == "+8621555500"
        # Nothing asserted: From is all there is.
        assert (await shown(lab, "13800138000"))[0] == "13800138000"


async def test_who_asked_the_network_to_be_hidden_stays_hidden(tmp_path: Path) -> None:
    async with trusting(tmp_path, Identity.P_ASSERTED) as lab:
        hidden = await shown(lab, "anonymous", ASSERTED, ("Privacy", "id"))
        assert hidden == ("anonymous", "<unknown>")
        assert b"8621555500" not in (await lab.tap()).raw
        assert (await shown(lab, "anonymous", ASSERTED, ("Privacy", "none")))[0] == "+8621555500"


@pytest.mark.parametrize("header", ["P-Asserted-Identity", "Remote-Party-ID"])
async def test_an_identity_that_is_too_long_to_be_looked_at_is_no_call(tmp_path: Path, header: str) -> None:
    async with trusting(tmp_path, Identity.P_ASSERTED) as lab:
        ami = await lab.tap()
        forged = f"<sip:{FORGED}@x>;x={'y' * 5000}"
        with pytest.raises(Refused) as refused:
            await (await lab.caller("anonymous")).dial("4001", headers=[(header, forged)])
        assert refused.value.status == 403
        # Many headers are no reason; and by the time of this call the one before would have been told of.
        assert (await shown(lab, "13800138000", *HEADERS_OF_A_CARRIER))[0] == "13800138000"
        await ami.wait("UserEvent", UserEvent="RingdeskCall", CallerIDNum="13800138000")
        assert len([event for event in ami.events if event.get("UserEvent") == "RingdeskCall"]) == 1


@pytest.mark.parametrize("identity", list(Identity))
async def test_hostile_identities_are_refused_or_do_nothing(tmp_path: Path, identity: Identity) -> None:
    async with trusting(tmp_path, identity) as lab:
        ami = await lab.tap()
        for header in ("P-Asserted-Identity", "Remote-Party-ID"):
            for value in (f"<sip:{FORGED}@x>", f'"a" <sip:1{FORGED}@x>', f"<tel:+1;phone-context={FORGED}>"):
                with pytest.raises(Refused) as refused:
                    await (await lab.caller("anonymous")).dial("4001", headers=[(header, value)])
                assert refused.value.status == 404
        await ami.action("Ping")
        assert ami.named("Newchannel") == []
        trusted = identity is Identity.P_ASSERTED
        for value, number in (
            ("<sip:%24%7BSHELL(touch%20OWNED)%7D@x>", "${SHELL(touch OWNED)}"),
            ('"q\\"uote" <sip:a%22%3Eb@x>', 'a">b'),
            ("<sip:letters@x>", "letters"),
        ):
            seen, _ = await shown(lab, "anonymous", ("P-Asserted-Identity", value))
            assert seen == (number if trusted else "anonymous")
        # What is no header at all is no identity.
        assert (await shown(lab, "anonymous", ("P-Asserted-Identity", "<<sip:>>")))[0] == "anonymous"
        assert b"\r\nEvent: Forged" not in ami.raw
        assert not list(lab.folders.root.rglob("OWNED"))
