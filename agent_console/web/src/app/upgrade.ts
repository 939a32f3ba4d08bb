/** Notices that the server has another console than this one, and loads it when nobody is in the middle of anything. */

import { createStore, type Store } from "../state/store";

/** What the page at the server's address loads: its files are named by their content. Null when that is not known. */
export interface Builds {
  /** Of this page. */
  readonly own: string | null;
  /** Rejects, or gives null, while the server cannot say. */
  served(): Promise<string | null>;
}

export interface Upgrade {
  /**
   * `waits`: there is another console, and it is loaded as soon as that disturbs nobody. `stuck`: loading it gave this
   * one again, so only a person can tell why.
   */
  readonly store: Store<"current" | "waits" | "stuck">;
  /** To be called when the server may have been exchanged; asks it within some seconds. */
  look(): void;
}

interface UpgradeOptions {
  readonly builds: Builds;
  readonly isFree: () => boolean;
  readonly reload: () => void;
  /** Of this tab, and outlives its reload. */
  readonly storage: Storage;
}

/** Consoles that come back to a server have more urgent things to ask, and all at once. */
const ASK_WITHIN_MS = 10_000;
/** All consoles of a firm notice at the same time, and each takes 200 kB. */
const SPREAD_MS = 120_000;
const LOOK_FOR_REST_MS = 5_000;
const KEY = "ringdesk.loaded-for";

export function createUpgrade({ builds, isFree, reload, storage }: UpgradeOptions): Upgrade {
  const store = createStore<"current" | "waits" | "stuck">("current");
  let underWay = false;

  const served = async (): Promise<string | null> =>
    builds.own === null ? null : await builds.served().catch(() => null);

  function look(): void {
    if (underWay) return;
    underWay = true;
    setTimeout(() => void ask(), Math.random() * ASK_WITHIN_MS);
  }

  async function ask(): Promise<void> {
    const now = await served();
    if (now === null || now === builds.own) return rest(now);
    if (storage.getItem(KEY) === now) {
      underWay = false;
      return store.set("stuck");
    }
    if (!isFree()) store.set("waits");
    setTimeout(() => void tryNow(), Math.random() * SPREAD_MS);
  }

  async function tryNow(): Promise<void> {
    // Asked just before: a page that is loaded from a server that is away is an empty one.
    const now = isFree() ? await served() : null;
    if (now !== null && now === builds.own) return rest(now);
    if (now !== null && isFree()) {
      storage.setItem(KEY, now);
      return reload();
    }
    store.set("waits");
    setTimeout(() => void tryNow(), LOOK_FOR_REST_MS);
  }

  /** The server has nothing new, as far as it says. */
  function rest(now: string | null): void {
    underWay = false;
    if (now !== null) store.set("current");
  }

  return { store, look };
}
