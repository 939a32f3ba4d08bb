"""What can be wrong with an Asterisk, found by asking it."""
