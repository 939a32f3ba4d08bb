"""The outermost layer: names, origins, sizes and headers of everything that is served."""

from collections.abc import AsyncIterator

import httpx
import pytest
from structlog.testing import capture_logs

from agent_console.http.origins import Origins
from agent_console.services.phone_line import PhoneLine
from cti.control.commands import GoReady
from tests.unit.agent_console.world import ORIGIN, World

ONLY_OF_DOCUMENTS = (
    "referrer-policy",
    "cross-origin-opener-policy",
    "permissions-policy",
    "content-security-policy",
)


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/api/v1/health", 200, "application/json"),
        ("/api/v1/session", 401, "application/problem+json"),
        ("/api/v1/none", 404, "application/problem+json"),
        ("/assets/x.js", 404, "application/problem+json"),
        ("/", 503, "text/html; charset=utf-8"),
    ],
)
async def test_no_answer_is_guessed_at_framed_or_read_by_others(
    world: World, path: str, status: int, kind: str
) -> None:
    async with world.stranger() as browser:
        answer = await browser.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, kind)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    if path.startswith("/api"):
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "name", ["index.html", "favicon.svg", "sound.ogg", "letter.pdf", "nobody-knows.what"]
)
async def test_whatever_a_browser_may_make_a_page_of_says_what_the_page_may(world: World, name: str) -> None:
    world.deps.web_dist.mkdir(parents=True)
    (world.deps.web_dist / name).write_text("<script>1</script>")
    async with world.stranger() as browser:
        headers = (await browser.get(f"/{name}")).headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "microphone=(self)" in headers["permissions-policy"]
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self' ws://console.test ws://console.test:8088" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", ["index.js", "index.css"])
async def test_what_is_never_a_page_goes_without_what_only_pages_need(world: World, name: str) -> None:
    """Some 400 bytes with each script, style and answer, which a browser would not look at."""
    world.deps.web_dist.mkdir(parents=True)
    (world.deps.web_dist / name).write_text("x")
    async with world.stranger() as browser:
        for path in (f"/{name}", "/api/v1/health", "/api/v1/session"):
            answer = await browser.get(path)
            assert [it for it in ONLY_OF_DOCUMENTS if it in answer.headers] == []
            # Without this the browser could take it for a page after all.
            assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_page_that_has_not_changed_still_says_what_it_may(world: World) -> None:
    """The answer then has no type, and its headers take the place of those that the browser has."""
    world.deps.web_dist.mkdir(parents=True)
    (world.deps.web_dist / "index.html").write_text("x")
    async with world.stranger() as browser:
        etag = (await browser.get("/")).headers["etag"]
        answer = await browser.get("/", headers={"If-None-Match": etag})
    assert (answer.status_code, "content-type" in answer.headers) == (304, False)
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_a_name_that_is_not_ours_is_refused(world: World) -> None:
    async with world.stranger(Host="rebound.evil.test") as browser:
        answer = await browser.get("/api/v1/session")
        assert (answer.status_code, answer.json()["code"]) == (421, "foreign_host")
        assert "evil" not in str(answer.headers)
        # The watchdog asks by whatever address it knows.
        assert (await browser.get("/api/v1/health")).status_code == 200


@pytest.mark.parametrize("csrf", ["", "forged", "x" * 43, "ключ"])
async def test_without_the_csrf_token_of_the_session_nothing_is_done(world: World, csrf: str) -> None:
    browser = await world.browser("lina")
    browser.headers = httpx.Headers({"Origin": ORIGIN, "X-CSRF-Token": csrf}, encoding="utf-8")
    answer = await browser.post("/api/v1/agent/ready")
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_csrf")
    assert world.control.commands == []


async def test_a_csrf_token_of_another_session_is_worthless(world: World) -> None:
    mine = await world.browser("lina")
    other = await world.browser("lina")
    mine.headers["X-CSRF-Token"] = other.headers["X-CSRF-Token"]
    assert (await mine.post("/api/v1/agent/ready")).json()["code"] == "bad_csrf"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_a_foreign_page_changes_nothing_even_with_the_right_token(world: World, method: str) -> None:
    browser = await world.browser("lina")
    answer = await browser.request(method, "/api/v1/agent/ready", headers={"Origin": "http://evil.test"})
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
    del browser.headers["Origin"]
    assert (await browser.request(method, "/api/v1/agent/ready")).json()["code"] == "foreign_origin"
    assert world.control.commands == []


async def test_our_own_page_with_the_token_may(world: World) -> None:
    browser = await world.browser("lina")
    assert (await browser.post("/api/v1/agent/ready")).status_code == 204
    assert world.control.commands == [GoReady("1001")]


async def test_an_oversized_body_is_refused_by_its_length(world: World) -> None:
    browser = await world.browser("lina")
    answer = await browser.put("/api/v1/calls/rd-1/wrap-ups/1", json={"note": "x" * 70_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_an_oversized_body_without_a_length_is_refused_while_it_comes(world: World) -> None:
    browser = await world.browser("lina")
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 8192
            yield b" " * 8192

    answer = await browser.put("/api/v1/calls/rd-1/wrap-ups/1", content=endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_a_body_that_does_not_say_that_it_is_json_is_not_read_as_json(world: World, kind: str) -> None:
    browser = await world.browser("lina")
    answer = await browser.post(
        "/api/v1/agent/pause", content=b'{"reason":"lunch"}', headers={"Content-Type": kind}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert world.control.commands == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"reason":"\\ud800"}', b'{"a":NaN}'],
)
async def test_broken_json_is_a_problem_of_the_sender(world: World, body: bytes) -> None:
    browser = await world.browser("lina")
    answer = await browser.post(
        "/api/v1/agent/pause", content=body, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert world.control.commands == []


async def test_json_nested_without_end_is_refused(world: World) -> None:
    browser = await world.browser("lina")
    answer = await browser.post(
        "/api/v1/agent/pause", content=b"[" * 20_000, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_what_nobody_foresaw_is_a_problem_too_and_tells_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(world.control, "execute", broken)
    browser = await world.browser("lina")
    with capture_logs() as logs:
        answer = await browser.post("/api/v1/agent/ready")
    assert [(entry["event"], entry["path"]) for entry in logs] == [("request_failed", "/api/v1/agent/ready")]
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_origins_are_compared_as_browsers_write_them() -> None:
    origins = Origins(["http://127.0.0.1:8080", "https://Desk.Example:443/", "http://[::1]:8080"])
    assert origins.allows("http://127.0.0.1:8080")
    assert origins.allows("https://desk.example")
    assert origins.allows("http://[::1]:8080")
    assert origins.serves("127.0.0.1:8080")
    assert origins.serves("DESK.example")
    for foreign in (None, "", "null", "http://127.0.0.1", "http://127.0.0.1:80800", "http://desk.example"):
        assert not origins.allows(foreign)
    for wrong in ("127.0.0.1:8080", "ftp://x", "http://x/console", "http://"):
        with pytest.raises(ValueError, match="not an origin"):
            Origins([wrong])


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1:8080", "wss://127.0.0.1:8089/ws"),
        ("desk.example", "wss://desk.example:8089/ws"),
        ("[::1]:8080", "wss://[::1]:8089/ws"),
    ],
)
def test_the_phone_is_found_under_the_name_of_the_page(host: str, url: str) -> None:
    line = PhoneLine(scheme="wss", port=8089, realm="ringdesk", password_of=lambda ext, epoch: ext)
    assert line.access("1001", 0, host).ws_url == url
