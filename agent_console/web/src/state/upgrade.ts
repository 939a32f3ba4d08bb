/** Whether the console may make room for a newer one now: never in the middle of anything. Pure. */

import type { Desk } from "./desk";
import { type Drafts, isUnsaved } from "./drafts";
import type { LiveState } from "./live";

export interface Occupation {
  readonly desk: Pick<Desk, "moment">;
  /** This tab's phone has a call, whatever the server knows of it. */
  readonly phoneInCall: boolean;
  readonly live: Pick<LiveState, "agents" | "queues">;
  /** The extension of whoever is signed in here, null for a user without a phone. */
  readonly agent: string | null;
  readonly drafts: Drafts;
  /** Something typed or chosen on the page would be gone, or a dialog is open. */
  readonly somethingEntered: boolean;
  /** How long nobody has touched keyboard or mouse, in milliseconds. */
  readonly untouchedMs: number;
}

/** Whoever reads or looks for something touches the page more often than this. */
const UNTOUCHED_MS = 20_000;

export function isFree(now: Occupation): boolean {
  return (
    now.desk.moment === "idle" &&
    !now.phoneInCall &&
    !mayRingSoon(now) &&
    !Object.values(now.drafts).some(isUnsaved) &&
    !now.somethingEntered &&
    now.untouchedMs >= UNTOUCHED_MS
  );
}

/** A phone that loads its page again cannot be rung for a moment: somebody who waits would find nobody. */
function mayRingSoon({ live, agent }: Occupation): boolean {
  const me = agent === null ? undefined : live.agents[agent];
  return me?.presence === "ready" && me.queues.some((name) => (live.queues[name]?.waiting ?? 0) > 0);
}
