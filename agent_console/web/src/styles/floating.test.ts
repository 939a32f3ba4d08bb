import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const root = new URL("../", import.meta.url);
const sheets = readdirSync(root, { recursive: true, encoding: "utf-8" }).filter((name) =>
  name.endsWith(".css"),
);

it("nothing is pinned over the page, where it would cover somebody's button", () => {
  expect(sheets.length).toBeGreaterThan(20);
  const pinned = sheets.filter((name) =>
    /position: (fixed|sticky)/.test(readFileSync(new URL(name, root), "utf-8")),
  );
  expect(pinned).toEqual([]);
});
