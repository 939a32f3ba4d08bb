/** Pauses the agent while the phone here cannot carry a conversation, and makes them ready again when it can. */

import type { Api } from "../api/client";
import type { UnfitWish } from "../state/unfit";

const AGAIN_MS = 3_000;

export interface UnfitPauseOptions {
  readonly api: Api;
  readonly wish: () => UnfitWish | null;
  readonly onReadyAgain: () => void;
}

/** Gives a function to be called whenever the wish may have changed. Each wish is told once, and again when refused. */
export function createUnfitPause({ api, wish, onReadyAgain }: UnfitPauseOptions): () => void {
  let told: UnfitWish | null = null;

  function look(): void {
    const now = wish();
    if (now === told) return;
    told = now;
    if (now !== null) void tell(now);
  }

  async function tell(now: UnfitWish): Promise<void> {
    try {
      if (now === "ready") await api.request("POST", "/agent/ready");
      else await api.request("POST", "/agent/pause", { body: { reason: now } });
      if (now === "ready") onReadyAgain();
    } catch {
      // What is wrong stands on the screen already; the server may have been busy, away, or of another mind.
      setTimeout(() => {
        if (told === now) told = null;
        look();
      }, AGAIN_MS);
    }
  }

  return look;
}
