"""Who is at the command line, for the audit."""

import os
import pwd

from crm.audit import Actor, Via


def operator() -> Actor:
    """The user of the operating system under whom this process runs, whatever the environment claims."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = f"uid {number}"
    return Actor(name, via=Via.COMMAND_LINE)
