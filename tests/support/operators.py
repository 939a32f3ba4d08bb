"""Somebody at the command line."""

from crm.audit import Actor

OPERATOR = Actor("root")
