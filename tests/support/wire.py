"""What travels between a server and a page in Chromium, as the browser itself counts it."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page


@dataclass
class Wire:
    """Bytes that came: of answers with their heads, as sent, and of frames of websockets."""

    answers: int = 0
    frames: int = 0

    @property
    def bytes(self) -> int:
        """All of them."""
        return self.answers + self.frames

    @classmethod
    async def of(cls, page: Page) -> "Wire":
        """Counts from now on."""
        wire, devtools = cls(), await page.context.new_cdp_session(page)
        devtools.on("Network.loadingFinished", wire._answered)
        devtools.on("Network.webSocketFrameReceived", wire._framed)
        await devtools.send("Network.enable")
        return wire

    def _answered(self, event: dict[str, Any]) -> None:
        self.answers += int(event["encodedDataLength"])

    def _framed(self, event: dict[str, Any]) -> None:
        self.frames += len(event["response"]["payloadData"].encode())
