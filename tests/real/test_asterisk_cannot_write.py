"""Asterisk on a disk that takes nothing more: phones stay registered and calls go on."""

import sqlite3
from contextlib import closing

from tests.support.telephony.lab import Lab


async def test_a_phone_that_registers_again_still_rings(lab: Lab) -> None:
    ami = await lab.tap()
    phone = await lab.agent("1001", "service", ami=ami)
    with closing(sqlite3.connect(lab.folders.root / "db" / "astdb.sqlite3", isolation_level=None)) as astdb:
        # For Asterisk the same as a full disk: nothing that it wants to keep is taken.
        astdb.execute("BEGIN EXCLUSIVE")
        await phone.register()
        await (await lab.caller()).dial("4001")
        await (await phone.ring()).answer()
        astdb.execute("ROLLBACK")
