/** An agent's own figures of the day, from the list of the day's calls. Lengths in seconds. Pure. */

import type { CallRow } from "../api/rest";
import type { Queue } from "./wire";

export interface OwnFigures {
  readonly handled: number;
  /** Null without calls: a mean of nothing is not zero. */
  readonly meanTalkS: number | null;
  readonly longestTalkS: number | null;
  /** How long those callers had waited whom this agent spoke with last. */
  readonly meanWaitS: number | null;
}

export function ownFigures(rows: readonly CallRow[], ext: string | null): OwnFigures {
  const handled = rows.filter((row) => row.agent === ext && row.talk_s > 0);
  const inbound = handled.filter((row) => row.direction === "inbound");
  const talks = handled.map((row) => row.talk_s);
  return {
    handled: handled.length,
    meanTalkS: mean(talks),
    longestTalkS: talks.length === 0 ? null : Math.max(...talks),
    meanWaitS: mean(inbound.map((row) => row.wait_s)),
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;
}

/** docs/metrics.md: offered = answered + abandoned + overflowed + moved on + not known + still waiting. What is left over must be 0. */
export function unaccounted(queue: Queue): number {
  const { offered, answered, abandoned, overflowed, moved, unknown, waiting } = queue;
  return offered - (answered + abandoned + overflowed + moved + unknown + waiting);
}
