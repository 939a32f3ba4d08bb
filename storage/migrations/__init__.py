"""Migrations of the schema, one set for SQLite and PostgreSQL."""
