"""Somebody at the command line."""

from office.audit import Actor

OPERATOR = Actor(account="uid 0")
