"""The callers behind a queue's figures."""
