/** Finds the test call again among the live calls: Asterisk gives it its identity only after it was placed. Pure. */

import type { LiveState } from "./live";
import type { Call } from "./wire";

export interface PlacedTestCall {
  /** Null when the server could not tell it yet. */
  readonly call: string | null;
  readonly from: string;
  readonly hotline: string;
  /** By the server's clock, in milliseconds. */
  readonly at: number;
}

/** Clocks of two programs on one machine, and a request that took its time. */
const TOLERANCE_MS = 2_000;

export function findTestCall(calls: LiveState["calls"], placed: PlacedTestCall): Call | undefined {
  if (placed.call !== null) return calls[placed.call];
  return Object.values(calls)
    .filter(
      (call) =>
        digits(call.number) === digits(placed.from) &&
        call.hotline === placed.hotline &&
        Date.parse(call.started_at) >= placed.at - TOLERANCE_MS,
    )
    .sort((a, b) => a.started_at.localeCompare(b.started_at))[0];
}

function digits(number: string): string {
  return number.replace(/\D/g, "");
}
