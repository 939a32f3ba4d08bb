// @vitest-environment jsdom
import { afterEach, expect, it, vi } from "vitest";
import { followBrowser } from "./browser-events";
import type { Console } from "./console";

afterEach(() => vi.useRealTimers());

it("asks again for a stylesheet that did not come, until it comes", () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  followBrowser({} as Console);
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = "/assets/history-page.css";
  document.head.append(sheet);
  const seen = new Set([sheet]);
  for (let failures = 1; failures <= 2; failures += 1) {
    document.querySelector("link")?.dispatchEvent(new Event("error"));
    vi.advanceTimersByTime(3_000);
    const [now, ...others] = document.querySelectorAll("link");
    expect(others).toEqual([]);
    expect(now?.getAttribute("href")).toBe("/assets/history-page.css");
    expect(seen.has(now as HTMLLinkElement)).toBe(false);
    seen.add(now as HTMLLinkElement);
  }
});
