// @vitest-environment jsdom
import { afterEach, expect, it, vi } from "vitest";
import { createBuilds } from "./builds";

const page = (script: string, styles = "console-1.css") =>
  `<!doctype html><html><head><link rel="icon" href="/favicon.svg"><script src="/theme.js"></script>
   <script type="module" crossorigin src="/assets/${script}"></script>
   <link rel="stylesheet" crossorigin href="/assets/${styles}"></head><body></body></html>`;
const loaded = (html: string) => new DOMParser().parseFromString(html, "text/html");
const answers = (body: string, status = 200) =>
  vi.stubGlobal("fetch", async () => new Response(body, { status }));

afterEach(() => vi.unstubAllGlobals());

it("tells whether the server has the same console", async () => {
  const builds = createBuilds(loaded(page("index-1.js")));
  answers(page("index-1.js"));
  expect(await builds.served()).toBe(builds.own);
  answers(page("index-2.js"));
  expect(await builds.served()).not.toBe(builds.own);
  answers(page("index-1.js", "console-2.css"));
  expect(await builds.served()).not.toBe(builds.own);
});

it("is not misled by what this page has fetched since", async () => {
  const here = loaded(page("index-1.js"));
  const builds = createBuilds(here);
  here.head.insertAdjacentHTML("beforeend", '<link rel="modulepreload" href="/assets/history-1.js">');
  answers(page("index-1.js"));
  expect(await builds.served()).toBe(builds.own);
});

it("knows nothing from an error, from somebody else's page, or in a page that is not built", async () => {
  const builds = createBuilds(loaded(page("index-1.js")));
  answers(page("index-2.js"), 503);
  expect(await builds.served()).toBeNull();
  answers("<html><body>Sign in to the hotel's network</body></html>");
  expect(await builds.served()).toBeNull();
  expect(createBuilds(loaded("<script type=module src=/src/main.tsx></script>")).own).toBeNull();
});
