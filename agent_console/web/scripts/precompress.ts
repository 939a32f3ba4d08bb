/** Writes a brotli and a gzip copy beside each file of the build that becomes smaller: nothing is compressed later. */

import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin, ResolvedConfig } from "vite";

const TEXT = /\.(?:js|css|html|svg|json)$/;

export function precompress(): Plugin {
  let config: ResolvedConfig;
  return {
    name: "precompress",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    async closeBundle() {
      const folder = config.build.outDir;
      for (const name of await readdir(folder, { recursive: true })) {
        const path = join(folder, name);
        if (TEXT.test(name) && (await stat(path)).isFile()) await copies(path);
      }
    },
  };
}

async function copies(path: string): Promise<void> {
  const plain = await readFile(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
  };
  const smaller = { br: brotliCompressSync(plain, { params }), gz: gzipSync(plain, { level: 9 }) };
  for (const [ending, packed] of Object.entries(smaller)) {
    if (packed.length < plain.length) await writeFile(`${path}.${ending}`, packed);
  }
}
