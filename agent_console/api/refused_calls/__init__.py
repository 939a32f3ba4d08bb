"""Calls that did not come in, for supervisors."""
