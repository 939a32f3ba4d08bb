"""Generated secrets keep their value, stay private, and survive two processes making them at once."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from asterisk_conf.secrets import mark_of_test_calls
from cti.control.commands import PlaceTestCall
from office.rules.passwords import password_problem
from ringdesk.assembly import telephony
from ringdesk.installation.secrets import SecretStore
from ringdesk.problem import Problem


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = SecretStore(tmp_path / "secrets").machine("ami")
    assert len(first) >= 43
    assert SecretStore(tmp_path / "secrets").machine("ami") == first


def test_files_and_folder_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o755)
    SecretStore(folder).machine("ami")
    assert mode(folder) == 0o700
    assert mode(folder / "ami") == 0o600


def test_a_secret_that_others_can_read_is_refused_with_the_cure(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    store.machine("ami")
    (tmp_path / "ami").chmod(0o644)
    with pytest.raises(Problem, match="chmod 600"):
        store.machine("ami")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ami").touch(mode=0o600)
    with pytest.raises(Problem, match="empty"):
        SecretStore(tmp_path).machine("ami")


def test_makers_at_the_same_time_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        values = set(pool.map(lambda _: SecretStore(tmp_path).machine("ami"), range(64)))
    assert len(values) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["ami"]


def test_whoever_watches_a_secret_has_the_one_that_replaced_it(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    first, watched = store.machine("ami"), store.watched("ami")
    assert watched() == first
    (tmp_path / "ami").unlink()
    assert watched() == first
    (tmp_path / "ami").touch(mode=0o600)
    assert watched() == first
    (tmp_path / "ami").unlink()
    second = store.machine("ami")
    assert watched() == second != first


def test_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a name"):
        SecretStore(tmp_path).machine("../ami")


def test_a_changed_password_is_forgotten(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    password = store.password("lina")
    assert store.known_password("lina") == password
    store.forget_password("lina")
    assert store.known_password("lina") is None


def test_a_generated_password_follows_the_rule_of_all_passwords(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    assert {password_problem(store.password(f"user{n}"), (f"user{n}",)) for n in range(200)} == {None}


def test_all_values_are_listed_for_the_log(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    assert set(store.values()) == set()
    made = {store.machine("ami"), store.password("lina")}
    (tmp_path / ".draft-left").write_text("half")
    assert set(store.values()) == made


def test_test_calls_carry_the_mark_of_the_secret_that_holds_now(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    action = telephony.test_caller(store.watched("phones"))
    for _ in range(2):
        mark = mark_of_test_calls(store.machine("phones"))
        assert mark in str(action(PlaceTestCall("4001", "13800138000", "1")))
        (tmp_path / "phones").unlink()
