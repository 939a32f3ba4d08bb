/** Every feature has the same rooms, and reaches no other. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { features } from "../frame/registry";

const HERE = import.meta.dirname;
const folders = readdirSync(HERE, { withFileTypes: true })
  .filter((it) => it.isDirectory())
  .map(({ name }) => name);

it("registers every folder, and nothing else", () => {
  expect(features.map(({ name }) => name).sort()).toEqual([...folders].sort());
});

it("gives pages addresses of their own", () => {
  const sections = features.flatMap(({ page }) => (page ? [page.path.split("/")[1]] : []));
  expect(new Set(sections).size).toBe(sections.length);
});

describe.each(folders)("%s", (folder) => {
  const files = readdirSync(join(HERE, folder), { recursive: true, encoding: "utf8" });
  const imports = files
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .flatMap((file) => [
      ...readFileSync(join(HERE, folder, file), "utf8").matchAll(/(?:from|import)\W+"(\.[^"]+)"/g),
    ])
    .map(([, path]) => path ?? "");

  it("has its rooms", () => {
    const rooms = ["index.tsx", "words.ts", "words.en.ts", "words.zh.ts"];
    expect(files.filter((file) => rooms.includes(file)).sort()).toEqual(rooms.sort());
  });

  it("imports from no other feature, and not from the frame that shows it", () => {
    const outside = imports.filter((path) => path.startsWith("../"));
    expect(outside.filter((path) => !/^\.\.\/\.\.\/(api|app|i18n|phone|state|ui)\//.test(path))).toEqual([]);
  });
});
