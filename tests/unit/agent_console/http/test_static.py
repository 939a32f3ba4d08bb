"""The console's files: what may be cached, what is a page, and what leads nowhere."""

import gzip

import pytest

from tests.unit.agent_console.world import World

PAGE = '<!doctype html><script type="module" src="/assets/index-a1b2c3.js"></script>'


@pytest.fixture
async def built(world: World) -> World:
    dist = world.deps.web_dist
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text(PAGE)
    (dist / "assets" / "index-a1b2c3.js").write_text("go()")
    (dist / "favicon.svg").write_text("<svg/>")
    (dist.parent / "secret.txt").write_text("secret")
    return world


@pytest.mark.parametrize(
    "path",
    ["/", "/index.html", "/history", "/calls/rd-1", "/history/rd-1763604000.42", "/sign-in?next=/history"],
)
async def test_every_address_of_the_console_is_its_page_and_never_from_a_cache(
    built: World, path: str
) -> None:
    async with built.stranger() as browser:
        answer = await browser.get(path)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"].startswith("text/html")


async def test_files_whose_name_holds_their_hash_are_kept_for_ever(built: World) -> None:
    async with built.stranger() as browser:
        script = await browser.get("/assets/index-a1b2c3.js")
        icon = await browser.get("/favicon.svg")
        again = await browser.get("/", headers={"If-None-Match": (await browser.get("/")).headers["etag"]})
    assert script.text == "go()"
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"].startswith("text/javascript")
    assert icon.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/index-old.js",
        "/missing.css",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//secret.txt",
        "/%00.txt",
        "/" + "x" * 300 + ".txt",
        "/api",
        "/api/none",
        "/api/../api/none",
    ],
)
async def test_what_is_not_there_is_a_problem_and_not_a_page(built: World, path: str) -> None:
    async with built.stranger() as browser:
        answer = await browser.get(f"http://console.test{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "secret" not in answer.text


async def test_the_page_can_only_be_read(built: World) -> None:
    async with built.stranger() as browser:
        assert (await browser.post("/history")).status_code == 405
        assert (await browser.head("/")).status_code == 200


async def test_before_it_is_built_a_page_says_what_to_do(world: World) -> None:
    async with world.stranger() as browser:
        answer = await browser.get("/")
    assert answer.status_code == 503
    assert answer.headers["cache-control"] == "no-store"
    assert "scripts/up" in answer.text
    assert "控制台" in answer.text
    assert str(world.deps.web_dist.parent) not in answer.text


@pytest.fixture
async def compressed(built: World) -> World:
    assets = built.deps.web_dist / "assets"
    (assets / "index-a1b2c3.js.br").write_bytes(b"brotli's")
    (assets / "index-a1b2c3.js.gz").write_bytes(gzip.compress(b"go()"))
    return built


SCRIPT = "/assets/index-a1b2c3.js"


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("br; q=0.0 , *", "gzip"),
        ("br;q=much", None),
        ("identity", None),
        ("", None),
        ("br\u00e9, ;;q=,,=", None),
    ],
)
async def test_a_browser_gets_the_copy_that_it_takes(
    compressed: World, accepted: str, sent: str | None
) -> None:
    async with compressed.stranger() as browser:
        request = browser.build_request(
            "GET", SCRIPT, headers={b"Accept-Encoding": accepted.encode("latin-1")}
        )
        answer = await browser.send(request, stream=True)
        raw = b"".join([part async for part in answer.aiter_raw()])
    expected = {"br": b"brotli's", "gzip": gzip.compress(b"go()"), None: b"go()"}[sent]
    assert (answer.status_code, answer.headers.get("content-encoding")) == (200, sent)
    assert raw[10:] == expected[10:]
    assert raw[:3] == expected[:3]
    assert int(answer.headers["content-length"]) == len(expected)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_each_copy_has_a_mark_of_its_own(compressed: World) -> None:
    async with compressed.stranger() as browser:
        marks = {}
        for accepted in ("br", "gzip", "identity"):
            head = await browser.head(SCRIPT, headers={"Accept-Encoding": accepted})
            marks[accepted] = head.headers["etag"]
            assert head.content == b""
            again = await browser.head(
                SCRIPT, headers={"Accept-Encoding": accepted, "If-None-Match": marks[accepted]}
            )
            assert (again.status_code, again.headers["vary"]) == (304, "Accept-Encoding")
        other = await browser.head(
            SCRIPT, headers={"Accept-Encoding": "br", "If-None-Match": marks["identity"]}
        )
    assert len(set(marks.values())) == 3
    assert other.status_code == 200


async def test_a_part_is_one_of_the_plain_file_and_copies_have_no_address(compressed: World) -> None:
    async with compressed.stranger() as browser:
        part = await browser.get(SCRIPT, headers={"Range": "bytes=0-1", "Accept-Encoding": "br"})
        icon = await browser.get("/favicon.svg", headers={"Accept-Encoding": "br"})
        copies = [(await browser.get(SCRIPT + ending)).status_code for ending in (".br", ".gz")]
    assert (part.status_code, part.content, part.headers.get("content-encoding")) == (206, b"go", None)
    assert (icon.headers.get("content-encoding"), icon.headers.get("vary")) == (None, None)
    assert copies == [404, 404]
