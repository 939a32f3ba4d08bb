/** What came of the number that the agent dialled last, as long as it is news. Pure. */

import type { Call } from "./wire";

/** The agent's newest call that is over, when it is one of their own that reached nobody; else null. */
export function dialledInVain(calls: Readonly<Record<string, Call>>, ext: string | null): Call | null {
  let newest: Call | null = null;
  for (const call of Object.values(calls)) {
    const over = call.agent === ext && call.ended_at !== null;
    if (over && (newest === null || Date.parse(call.started_at) > Date.parse(newest.started_at)))
      newest = call;
  }
  return newest?.direction === "outbound" && newest.outcome !== "answered" ? newest : null;
}
