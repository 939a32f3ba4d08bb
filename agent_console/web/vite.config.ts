/** Builds the console; in mock mode the development server also plays Ringdesk's server and a telephone. */

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { mockServer } from "./dev/mock.ts";
import { precompress } from "./scripts/precompress.ts";
import { slimPhone } from "./scripts/slim-phone.ts";

/**
 * What the start needs comes in one file, with whatever of it is shared by what is fetched apart; and so do its words,
 * one file a language. Other parts and their words are files of their own.
 */
const FIRST_LOAD = [
  { name: "console", test: /\/src\/main\.tsx$/ },
  ...["en", "zh"].map((language) => ({
    name: `words-${language}`,
    test: new RegExp(`/src/(?:ui|frame|features/(?:desk|sign-in|test-call))/words\\.${language}\\.ts$`),
  })),
];

export default defineConfig(({ mode }) => ({
  plugins: [react(), slimPhone(), precompress(), ...(mode === "mock" ? [mockServer()] : [])],
  css: { modules: { generateScopedName: className } },
  build: {
    target: "es2022",
    // Sound and image files stay files: the content security policy allows no data: media.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 500,
    rolldownOptions: {
      // JsSIP's log, see slim-phone.
      treeshake: { manualPureFunctions: ["logger.debug", "logger.warn"] },
      output: { codeSplitting: { groups: FIRST_LOAD } },
    },
  },
  test: {
    // Files that need a document say so in their first line; starting one for each file is slow.
    environment: "node",
    setupFiles: ["./test/still-clock.ts"],
    restoreMocks: true,
    // For the table that scripts/test prints.
    coverage: {
      provider: "v8",
      reporter: ["json-summary"],
      reportsDirectory: "node_modules/.coverage",
      include: ["src/**"],
      exclude: ["**/*.test.*", "**/*.gen.ts", "**/*.css"],
    },
    // Generous: nothing is measured here, and the machine may be busy.
    testTimeout: 60_000,
  },
}));

/** `desk-pop-name`: what nothing else is called, in words that the files have anyway. A hash does not compress. */
function className(name: string, file: string): string {
  const [folder, style] = file.split("/").slice(-2);
  return `${folder}-${style?.replace(/\.module\.css.*/, "")}-${name}`;
}
