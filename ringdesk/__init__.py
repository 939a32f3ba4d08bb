"""The front door of Ringdesk: settings, command line, set-up, supervision and checks."""

__version__ = "0.1.0"
