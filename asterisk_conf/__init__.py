"""Asterisk's configuration, and an Asterisk of our own where the machine has none."""
