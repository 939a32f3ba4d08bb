"""Takes over from an instance that runs another program: it ends everything but Asterisk and its calls."""

import os
import select
import signal

from ringdesk.installation.home import Home
from ringdesk.supervision.instance import InstanceRecord, running_instance
from ringdesk.supervision.start import HAND_OVER

# Its service and its watchdog have their time to end.
_WITHIN_S = 30.0
_KILLED_WITHIN_S = 5.0


def of_another_program(home: Home, program: str) -> InstanceRecord | None:
    """The running instance unless it runs the code with this digest; 0.1.0 does not say what it runs."""
    record = running_instance(home)
    return None if record is None or record.program == program else record


def take_over(record: InstanceRecord) -> None:
    """Returns when it has ended and left Asterisk to us. 0.1.0, ended by the signal, leaves all to us."""
    try:
        handle = os.pidfd_open(record.process.pid)
    except ProcessLookupError:
        return
    try:
        for number, within_s in ((HAND_OVER, _WITHIN_S), (signal.SIGKILL, _KILLED_WITHIN_S)):
            if not record.process.alive:
                return
            signal.pidfd_send_signal(handle, number)
            if select.select([handle], [], [], within_s)[0]:
                return
    finally:
        os.close(handle)
