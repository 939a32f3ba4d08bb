"""Looks at a running or installed Ringdesk from outside: whether calls can be taken, and what is wrong."""
