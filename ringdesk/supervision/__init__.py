"""Runs Asterisk, the service and the watchdog as children: one instance, restarts, an orderly end."""
