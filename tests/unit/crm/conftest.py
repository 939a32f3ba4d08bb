"""The database of these tests: a fresh SQLite file for each test; hashes that cost little."""

import pytest
from argon2 import PasswordHasher

from crm import passwords
from tests.support.sqlite_fixtures import db, empty, sqlite_template

__all__ = ["db", "empty", "sqlite_template"]


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As strong as a test needs."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(1, 8, 1))
