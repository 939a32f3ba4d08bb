// Writes src/api/schema.gen.ts from the two documents that the service exports: the REST interface and the
// messages of the live connection. With --check it only says whether the file is up to date.

import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const DOCS = new URL("../../../docs/", import.meta.url);
const TARGET = new URL("../src/api/schema.gen.ts", import.meta.url);
const HEAD = "// Made by `npm run types` from docs/openapi.json and docs/live.schema.json. Do not edit.\n\n";

const read = async (name) => JSON.parse(await readFile(new URL(name, DOCS), "utf-8"));

const rest = await read("openapi.json");
const live = await read("live.schema.json");

// One tool for both: the live messages become components of an OpenAPI document without paths.
const messages = {
  openapi: "3.1.0",
  info: { title: live.title, version: "1" },
  paths: {},
  components: {
    schemas: JSON.parse(JSON.stringify(live.$defs).replaceAll("#/$defs/", "#/components/schemas/")),
  },
};

// Comments that only repeat the name, or speak of the tool, say nothing to a reader.
const EMPTY_WORDS =
  /^ *\/\*\*(?: [A-Z][\w ]* \*\/|\n(?: *\* (?:[A-Z][\w ]*|Format: .*|@enum .*|@constant|@description discriminator .*)\n)+ *\*\/)\n/gm;
const TITLE_LINE = /^ *\* (?:[A-Z]\w*(?: [A-Z0-9]\w*)*|Format: [\w-]+|@enum \{\w+\})\n/gm;

const made = async (document) =>
  astToString(await openapiTS(document, { alphabetize: true, defaultNonNullable: false }));
const named = (text, name) => text.replace("export interface components", `export interface ${name}`);
const only = (text, name) => {
  const start = text.indexOf(`export interface ${name} {`);
  const end = text.indexOf("\n}\n", start) + 3;
  return text
    .slice(start, end)
    .replaceAll(`components["schemas"]`, `${name}["schemas"]`)
    .replace(EMPTY_WORDS, "")
    .replace(TITLE_LINE, "");
};

const text =
  HEAD +
  only(named(await made(rest), "Rest"), "Rest") +
  "\n" +
  only(named(await made(messages), "Live"), "Live");

if (process.argv.includes("--check")) {
  const current = await readFile(TARGET, "utf-8").catch(() => "");
  if (current !== text) {
    process.stderr.write("src/api/schema.gen.ts is behind the documents: run npm run types\n");
    process.exit(1);
  }
} else {
  await writeFile(TARGET, text);
}
