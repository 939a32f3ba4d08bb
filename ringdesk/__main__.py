"""Runs the command line: `python -m ringdesk`, which is also what the installed command `ringdesk` does."""

import sys

try:
    from ringdesk.cli import main
except KeyboardInterrupt:  # importing everything takes a moment in which Ctrl-C may be pressed
    sys.exit(130)

if __name__ == "__main__":
    main()
