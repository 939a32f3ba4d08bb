"""`ringdesk audit verify` says in words what was done to the audit, and the exit status says it too."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from office.audit.chain import Fault
from ringdesk.commands.audit import _SENTENCES
from ringdesk.installation.home import Home
from tests.unit.ringdesk.running_commands import Run, audited


def test_what_is_as_it_was_written_and_what_was_put_in_by_hand(run: Run, demo: None, home: Home) -> None:
    untouched = run("audit", "verify")
    assert untouched.status == 0
    assert re.search(r"^0 entries are sealed, as they were written\nnot sealed yet: 1", untouched.out)
    with closing(sqlite3.connect(home.database_file)) as db, db:
        db.execute(
            "INSERT INTO audit (at, uid, account, action, object, detail, ip, via, result, why, signature) "
            "SELECT at, 'x', 'me', action, object, detail, ip, via, result, why, signature FROM audit LIMIT 1"
        )
    changed = run("audit", "verify")
    assert changed.status == 1
    assert re.search(r"^entry \d+ was not written by Ringdesk$", changed.out, re.M)
    assert "ringdesk: the audit is not as it was written" in changed.err


@pytest.mark.parametrize("mark", ["7", "seven:abc", "7:"])
def test_a_mark_that_is_none_is_refused(run: Run, demo: None, mark: str) -> None:
    outcome = run("audit", "verify", "--mark", mark)
    assert (outcome.status, "a mark is a number" in outcome.err) == (1, True)


def test_a_mark_that_fits_nothing_is_found(run: Run, demo: None) -> None:
    outcome = run("audit", "verify", "--mark", f"7:{'0' * 64}")
    assert (outcome.status, "seals are missing from 7 on" in outcome.out) == (1, True)


def test_every_fault_has_a_sentence() -> None:
    assert _SENTENCES.keys() == set(Fault)


def test_who_makes_a_backup_is_noted(run: Run, demo: None, tmp_path: Path) -> None:
    assert run("backup", str(tmp_path / "backup.tar.gz"), "--no-recordings").status == 0
    assert audited()[0][1:] == ("command_line", "backup", "done")
