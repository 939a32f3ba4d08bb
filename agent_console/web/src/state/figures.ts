/** A queue's figures: whether they add up, and the one service level that stands for it. Pure. */

import type { Queue, ServiceLevelVariant } from "./wire";

/** Of the five ways to count it (docs/metrics.md) the one that is shown where there is room for one. */
export const SHOWN_VARIANT: ServiceLevelVariant = "C";

/** docs/metrics.md: offered = answered + abandoned + overflowed + moved on + not known + still waiting. What is left over must be 0. */
export function unaccounted(queue: Queue): number {
  const { offered, answered, abandoned, overflowed, moved, unknown, waiting } = queue;
  return offered - (answered + abandoned + overflowed + moved + unknown + waiting);
}
