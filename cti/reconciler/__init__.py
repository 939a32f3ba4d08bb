"""Completes what AMI did not deliver, from Asterisk's own records, and checks the end of every call."""
