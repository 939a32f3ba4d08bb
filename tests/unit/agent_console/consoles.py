"""A console's side of the live connection, as the browser folds it, to compare with the server's picture."""

import json
from typing import Any

from agent_console.gateway.picture import Picture
from agent_console.gateway.protocol import Frame
from agent_console.gateway.visibility import Viewer
from tests.unit.agent_console.moments import NOON


class Folded:
    """State made of a snapshot and deltas. A listener of an audience, too."""

    def __init__(self) -> None:
        self.epoch: str | None = None
        self.seq = 0
        self.state: dict[str, dict[str, Any]] = {}
        self.frames: list[Frame] = []

    def offer(self, frame: Frame) -> None:
        """Take a frame as the browser does."""
        self.frames.append(frame)
        message = json.loads(frame.text)
        if message["type"] == "snapshot":
            self.epoch, self.seq, self.state = message["epoch"], message["seq"], message["state"]
        elif message["type"] == "delta" and message["seq"] > self.seq:
            self.seq = message["seq"]
            for change in message["changes"]:
                self._fold(change)

    def _fold(self, change: dict[str, Any]) -> None:
        entities = self.state[change["kind"]]
        if change["value"] is None:
            # Nothing is taken away that was never shown: that would tell of a call that is not theirs.
            del entities[change["id"]]
        else:
            entities[change["id"]] = change["value"]


def shown(picture: Picture, viewer: Viewer) -> dict[str, dict[str, Any]]:
    """What a console that connects now would get."""
    state: dict[str, dict[str, Any]] = json.loads(picture.snapshot(viewer, NOON).text)["state"]
    return state
