"""Asterisk's own records, CEL and queue_log, read as the same domain events that AMI gives live. Pure."""
