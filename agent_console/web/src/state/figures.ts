/** Whether the figures of a queue add up. Pure. */

import type { Queue } from "./wire";

/** docs/metrics.md: offered = answered + abandoned + overflowed + moved on + not known + still waiting. What is left over must be 0. */
export function unaccounted(queue: Queue): number {
  const { offered, answered, abandoned, overflowed, moved, unknown, waiting } = queue;
  return offered - (answered + abandoned + overflowed + moved + unknown + waiting);
}
