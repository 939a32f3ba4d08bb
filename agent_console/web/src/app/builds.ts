/** Which console this page is, and which the server has: read from the page itself, so that it is what a reload gives. */

import type { Builds } from "./upgrade";

const ASK_MS = 10_000;

/** To be created before anything is fetched apart, which adds to the page. */
export function createBuilds(page: Document): Builds {
  return {
    own: filesOf(page),
    async served() {
      const answer = await fetch("/", { cache: "no-cache", signal: AbortSignal.timeout(ASK_MS) });
      if (!answer.ok) return null;
      return filesOf(new DOMParser().parseFromString(await answer.text(), "text/html"));
    },
  };
}

/** Scripts and styles that the page loads, which are named by their content; null for a page that has none such. */
function filesOf(page: Document): string | null {
  const named = [...page.querySelectorAll("[src^='/assets/'], [href^='/assets/']")];
  const files = named.map((it) => it.getAttribute("src") ?? it.getAttribute("href"));
  return files.length === 0 ? null : files.sort().join(" ");
}
