"""Backup and restore of an installation: the archive, its encryption, and what a restore still owes."""
