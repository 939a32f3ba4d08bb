"""Fixtures of the tests on real parts: an Asterisk of its own for each test that asks for one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.telephony.lab import Lab, running_lab


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    """A private Asterisk with the demo's hotlines and queues; it is up in half a second."""
    async with running_lab(tmp_path) as running:
        yield running
        complaints = misconfigured(running.folders.messages)
        assert not complaints, complaints


def misconfigured(messages: Path) -> list[str]:
    """Lines of Asterisk's log that mean a fault of our configuration rather than of a call."""
    signs = ("not registered", "No application '", "doesn't exist", "Unable to load", "syntax error")
    lines = messages.read_text(errors="replace").splitlines()
    return [line for line in lines if any(sign in line for sign in signs)]
