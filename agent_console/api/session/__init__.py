"""Signing in and out, and what the console must know about its user."""
