"""The database of these tests: a fresh SQLite file for each test that asks for one."""

from tests.support.sqlite_fixtures import db, sqlite_template

__all__ = ["db", "sqlite_template"]
