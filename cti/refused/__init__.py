"""Calls that were turned away or never entered: heard of, counted, told."""
