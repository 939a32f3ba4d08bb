"""The console in Debian's Firefox, driven as its user drives it, the browser's own questions included."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.support.bidi import Bidi, bidi
from tests.support.waiting import until

FIREFOX = "/usr/bin/firefox-esr"
# A multiple of 50 Hz, as `tests.support.sound` tells tones apart.
MICROPHONE_HZ = 700
PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.audio.fake_frequency": MICROPHONE_HZ,
    # Firefox's own double of a sound card: without one its Web Audio stands still.
    "media.cubeb.force_mock_context": True,
    "media.peerconnection.ice.loopback": True,
    "intl.accept_languages": "en-US",
}
# As WebDriver writes the key.
ALT = "\ue00a"
START_WITHIN_S = 60
WAIT_S = 30
WAYS = ("packetsSent", "packetsReceived")

PLACE_OF_PART = """(name) => {
    const part = document.querySelector(`[data-testid="${name}"]:not(:disabled)`);
    part?.scrollIntoView({block: "nearest"});
    const box = part?.getBoundingClientRect();
    return box?.width ? {x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2)} : null;
}"""
PLAY = """async (name) => {
    const player = document.querySelector(`[data-testid="${name}"]`);
    if (player?.paused) await player.play();
    return (player?.currentTime ?? 0) > 0;
}"""
# What the page plays is reached by nothing else: its audio elements are in no document.
KEEP_PLAYERS = """() => {
    const RealAudio = window.Audio;
    window.players = [];
    window.Audio = function () {
        const player = new RealAudio();
        window.players.push(player);
        return player;
    };
}"""
LOUDNESS_OF_PLAYERS = """async () => {
    const playing = window.players.filter((player) => player.srcObject && !player.paused && !player.muted);
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    for (const player of playing) {
        context.createMediaStreamSource(player.mozCaptureStream()).connect(analyser);
    }
    const samples = new Float32Array(analyser.fftSize);
    let loudest = 0;
    for (let look = 0; look < 20; look++) {
        await new Promise(requestAnimationFrame);
        analyser.getFloatTimeDomainData(samples);
        loudest = Math.max(loudest, ...samples.map(Math.abs));
    }
    await context.close();
    return loudest;
}"""
# As it is after a person opened an address; navigation by the protocol leaves it beside the address.
FOCUS_PAGE = """() => Services.wm.getMostRecentWindow("navigator:browser").gBrowser.selectedBrowser.focus()"""
# The browser's own window, not the page: a person reads the question there and presses a button.
QUESTION = """() => {
    const browser = Services.wm.getMostRecentWindow("navigator:browser");
    const question = browser.PopupNotifications.panel.firstElementChild;
    return question === null ? null : question.checkbox?.label ?? "";
}"""
ALLOW_FOR_GOOD = """() => {
    const browser = Services.wm.getMostRecentWindow("navigator:browser");
    const question = browser.PopupNotifications.panel.firstElementChild;
    question.checkbox.click();
    // A press within its first moments counts as meant for what was there before.
    question.notification.timeShown = 0;
    question.button.click();
}"""


class FirefoxPage:
    """One agent's tab."""

    def __init__(self, browser: Bidi, context: str, window: str) -> None:
        self._browser = browser
        self._context = context
        self._window = window

    async def script(self, function: str, *values: Any) -> Any:
        """What a function gives in the page."""
        return await self._browser.call(self._context, function, *values)

    async def go_to(self, url: str) -> None:
        """Opens an address."""
        await self._browser.command(
            "browsingContext.navigate", context=self._context, url=url, wait="complete"
        )
        await self._browser.call(self._window, FOCUS_PAGE)

    async def click(self, name: str) -> None:
        """Waits until an element, named by its data-testid, can be pressed, and presses it with the mouse."""
        place = await until(lambda: self.script(PLACE_OF_PART, name), WAIT_S)
        mouse = [
            {"type": "pointerMove", **place},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        await self._perform({"type": "pointer", "id": "mouse", "actions": mouse})

    async def press(self, *keys: str, holding: str = "") -> None:
        """Presses keys one after the other, perhaps while another is held."""
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        down, up = ([{"type": kind, "value": key} for key in holding] for kind in ("keyDown", "keyUp"))
        await self._perform({"type": "key", "id": "keyboard", "actions": [*down, *strokes, *up]})

    async def fill(self, name: str, text: str) -> None:
        """Types into a field that is empty."""
        await self.click(name)
        await self.press(*text)

    async def _perform(self, actions: dict[str, Any]) -> None:
        await self._browser.command("input.performActions", context=self._context, actions=[actions])

    async def text(self, name: str) -> str | None:
        """What an element says; None when there is none."""
        found: str | None = await self.script(
            "(name) => document.querySelector(`[data-testid='${name}']`)?.innerText ?? null", name
        )
        return found

    async def until_says(self, name: str, words: str) -> None:
        """Waits until an element says these words."""

        async def says() -> bool:
            return words in (await self.text(name) or "")

        await until(says, WAIT_S)

    async def until_gone(self, name: str) -> None:
        """Waits until there is no such element."""

        async def gone() -> bool:
            return await self.text(name) is None

        await until(gone, WAIT_S)

    async def state(self, code: str, within_s: float = WAIT_S) -> None:
        """Waits for a state of the agent by its code."""

        async def reached() -> bool:
            mark = "document.querySelector('[data-testid=state-word]')?.closest('[data-state]')"
            return bool(await self.script(f"() => {mark}?.dataset.state ?? null") == code)

        await until(reached, within_s)

    async def until_light(self, name: str, colour: str) -> None:
        """Waits until a light of the top bar is good, pending, bad or none."""

        async def shines() -> bool:
            light = f"document.querySelector('[data-testid=light-{name}]')"
            return bool(await self.script(f"() => {light}?.dataset.light ?? null") == colour)

        await until(shines, WAIT_S)

    async def question(self) -> str | None:
        """The words beside the checkbox of the browser's own question; None when it asks nothing."""
        words: str | None = await self._browser.call(self._window, QUESTION)
        return words

    async def until_asked(self) -> str:
        """Waits until the browser asks a question of its own, and gives the words beside its checkbox."""
        return str(await until(self.question, WAIT_S))

    async def allow_for_good(self) -> None:
        """Ticks the question's box and presses Allow."""
        await self._browser.call(self._window, ALLOW_FOR_GOOD)

    async def phone_stats(self) -> dict[str, Any]:
        """What the page's own line has sent and received."""
        return await self.script("() => window.__ringdesk.phoneStats()") or {}

    async def until_audio_flows(self) -> None:
        """Waits until half a second of packets more than now went each way."""
        before = await self.phone_stats()

        async def enough() -> bool:
            now = await self.phone_stats()
            return all(now.get(way, 0) > before.get(way, 0) + 25 for way in WAYS)

        await until(enough, WAIT_S)

    async def until_heard(self, loudness: float) -> None:
        """Waits until what the page plays is at least so loud; 1 is the loudest there is."""

        async def loud() -> bool:
            return float(await self.script(LOUDNESS_OF_PLAYERS)) >= loudness

        await until(loud, WAIT_S)

    async def play(self, name: str) -> None:
        """Plays a recording, once it is there, until its time goes on."""

        async def plays() -> bool:
            return bool(await self.script(PLAY, name))

        await until(plays, WAIT_S)

    async def bytes_of(self, name: str) -> bytes:
        """The file that a player plays."""
        numbers = await self.script(
            """async (name) => {
                const {src} = document.querySelector(`[data-testid='${name}']`);
                return [...new Uint8Array(await (await fetch(src)).arrayBuffer())];
            }""",
            name,
        )
        return bytes(numbers)

    async def picture(self) -> bytes:
        """What the agent sees, as PNG."""
        shot = await self._browser.command("browsingContext.captureScreenshot", context=self._context)
        return base64.b64decode(shot["data"])


@asynccontextmanager
async def firefox(profile: Path) -> AsyncIterator[FirefoxPage]:
    """A Firefox of its own, with a profile that has never seen the console."""
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines))
    process = await asyncio.create_subprocess_exec(
        FIREFOX,
        "--headless",
        "--no-remote",
        "--profile",
        str(profile),
        "--width=1366",
        "--height=768",
        "--remote-debugging-port=0",
        # So that the browser's own questions can be read and answered.
        "--remote-allow-system-access",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(START_WITHIN_S):
            address = await _address(process.stderr)
        drain = asyncio.create_task(process.stderr.read())
        async with bidi(address) as browser:
            page = await _only_context(browser)
            window = await _only_context(browser, **{"moz:scope": "chrome"})
            await browser.command(
                "script.addPreloadScript", functionDeclaration=KEEP_PLAYERS, contexts=[page]
            )
            yield FirefoxPage(browser, page, window)
        drain.cancel()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _address(output: asyncio.StreamReader) -> str:
    while line := (await output.readline()).decode(errors="replace"):
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
            return found[1]
    raise RuntimeError("Firefox ended before it could be driven")


async def _only_context(browser: Bidi, **scope: str) -> str:
    tree = await browser.command("browsingContext.getTree", **scope)
    return str(tree["contexts"][0]["context"])
