"""Runs the command line as `python -m ringdesk`."""

from ringdesk.cli import main

main()
