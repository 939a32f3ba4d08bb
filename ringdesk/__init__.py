"""The front door of Ringdesk: settings, command line, set-up, supervision and checks."""
