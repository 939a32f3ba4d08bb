"""The console's files: what may be cached, what is a page, and what leads nowhere."""

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
