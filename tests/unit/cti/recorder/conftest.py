"""The database of these tests: a fresh SQLite file for each test."""

from tests.support.sqlite_fixtures import db, empty, sqlite_template

__all__ = ["db", "empty", "sqlite_template"]
