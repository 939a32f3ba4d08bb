"""Entries and seals between the database's rows and the chain."""

from dataclasses import asdict, fields

from office.audit.chain import Content, Entry, Seal
from storage.tables import AuditEntry, AuditSeal


def as_entry(row: AuditEntry) -> Entry:
    """The entry that this row is."""
    return Entry(row.id, Content(**{it.name: getattr(row, it.name) for it in fields(Content)}), row.signature)


def as_seal(row: AuditSeal) -> Seal:
    """The seal that this row is."""
    return Seal(row.no, row.entry_id, row.at, row.digest, row.hash)


def as_row(seal: Seal) -> AuditSeal:
    """The row for a new seal."""
    return AuditSeal(**asdict(seal))
