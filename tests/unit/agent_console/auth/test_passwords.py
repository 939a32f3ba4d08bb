"""Passwords are verified in threads that yield to everything else."""

import os
import threading

from agent_console.auth.passwords import Passwords
from office.passwords import hash_password


async def test_hashes_yield_to_the_event_loop_and_to_calls() -> None:
    passwords = Passwords(at_once=1, waiting=1)
    try:
        assert await passwords.verify(hash_password("a password of four words"), "a password of four words")
        (thread,) = (t for t in threading.enumerate() if t.name.startswith("password"))
        assert thread.native_id is not None
        own = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, thread.native_id) == min(own + 10, 19)
    finally:
        passwords.close()
