/** Carries drafts to the server and keeps them in this browser until they are there. */

import { type Api, ApiError } from "../api/client";
import type { WrapUp } from "../api/rest";
import {
  type DraftEvent,
  type Drafts,
  draftOf,
  foldDraft,
  isUnsaved,
  partsOf,
  saveDelayMs,
} from "../state/drafts";
import { createStore, type Store } from "../state/store";

export interface DraftKeeper {
  readonly drafts: Store<Drafts>;
  /** Whose drafts these are; those left over from an earlier page are taken up again. */
  begin(userId: number): void;
  end(): void;
  /** Gets what the server has for this leg, and for the agent's earlier ones in the call. */
  open(leg: string): Promise<void>;
  type(leg: string, text: WrapUp): void;
  /** Ends the after-call work. Throws what the server refuses; the text stays then. */
  finish(leg: string): Promise<void>;
  retry(leg: string): void;
  discard(leg: string): void;
  /** The page is going away: send now what would be sent soon. */
  flush(): void;
}

const LONGEST_UNSENT_MS = 2_000;
const OPEN_AGAIN_MS = 2_000;

/** Refusals that another try can cure: not signed in now, too many requests, the server took too long. */
const CURABLE: ReadonlySet<number> = new Set([401, 408, 425, 429]);

export function createDraftKeeper(api: Api, storage: Storage): DraftKeeper {
  const drafts = createStore<Drafts>({});
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const unsentSince = new Map<string, number>();
  const underWay = new Map<string, Promise<void>>();
  let user: number | null = null;

  const prefix = () => `ringdesk.draft.${user}.`;
  const fold = (event: DraftEvent) => {
    drafts.update((now) => foldDraft(now, event));
    keep(event.leg);
    schedule(event.leg);
  };

  function keep(leg: string): void {
    if (user === null) return;
    const draft = draftOf(drafts.get(), leg);
    const { note, disposition } = draft;
    try {
      if (!isUnsaved(draft)) storage.removeItem(prefix() + leg);
      else storage.setItem(prefix() + leg, JSON.stringify({ note, disposition }));
    } catch {
      // The browser's storage is full: the text goes to the server all the same.
    }
  }

  function schedule(leg: string): void {
    clearTimeout(timers.get(leg));
    timers.delete(leg);
    const draft = draftOf(drafts.get(), leg);
    const rest = saveDelayMs(draft);
    if (rest === null || underWay.has(leg)) return;
    timers.set(
      leg,
      setTimeout(() => void save(leg), draft.state === "dirty" ? capped(leg, rest) : rest),
    );
  }

  /** Who types without a pause is saved all the same. */
  function capped(leg: string, rest: number): number {
    const since = unsentSince.get(leg) ?? Date.now();
    unsentSince.set(leg, since);
    return Math.max(0, Math.min(rest, since + LONGEST_UNSENT_MS - Date.now()));
  }

  async function save(leg: string): Promise<void> {
    unsentSince.delete(leg);
    const sending = send(leg);
    underWay.set(leg, sending);
    await sending;
    underWay.delete(leg);
    schedule(leg);
  }

  async function send(leg: string): Promise<void> {
    const { note, disposition, edit } = draftOf(drafts.get(), leg);
    fold({ type: "saving", leg });
    try {
      await api.request("PUT", pathOf(leg), { body: { note, disposition }, keepalive: true });
      fold({ type: "saved", leg, edit });
    } catch (error) {
      const final = error instanceof ApiError && error.status < 500 && !CURABLE.has(error.status);
      fold(final ? { type: "refused", leg, edit, code: error.code } : { type: "failed", leg, edit });
    }
  }

  async function open(leg: string): Promise<void> {
    const owner = user;
    try {
      const { note, disposition, earlier } = await api.request<WrapUp>("GET", pathOf(leg));
      if (user === owner) fold({ type: "fetched", leg, note, disposition, earlier });
    } catch (error) {
      // Nothing there yet.
      if (error instanceof ApiError && error.status < 500) return;
      // An empty field is not what was noted before: ask again, unless the agent has begun to type.
      setTimeout(() => {
        if (user === owner && draftOf(drafts.get(), leg).edit === 0) void open(leg);
      }, OPEN_AGAIN_MS);
    }
  }

  function end(): void {
    user = null;
    for (const timer of timers.values()) clearTimeout(timer);
    timers.clear();
    drafts.set({});
  }

  return {
    drafts,
    begin(userId) {
      // A session that ran out in mid-call keeps its drafts here, but for nobody else.
      if (user !== null && user !== userId) end();
      user = userId;
      for (const key of Object.keys(storage).filter((k) => k.startsWith(prefix()))) {
        const text = parsed(storage.getItem(key));
        if (text) fold({ type: "recovered", leg: key.slice(prefix().length), ...text });
      }
    },
    end,
    open,
    type: (leg, text) => fold({ type: "typed", leg, ...text }),
    async finish(leg) {
      clearTimeout(timers.get(leg));
      // A save that arrives after the end would be refused, so let it arrive before.
      await underWay.get(leg);
      const { note, disposition } = draftOf(drafts.get(), leg);
      try {
        await api.request("POST", `${pathOf(leg)}/done`, { body: { note, disposition } });
      } catch (error) {
        schedule(leg);
        throw error;
      }
      fold({ type: "finished", leg });
    },
    retry: (leg) => fold({ type: "retry", leg }),
    discard: (leg) => fold({ type: "finished", leg }),
    flush() {
      for (const [leg, timer] of timers) {
        clearTimeout(timer);
        void save(leg);
      }
      timers.clear();
    },
  };
}

function pathOf(leg: string): string {
  const { callId, turn } = partsOf(leg);
  return `/calls/${encodeURIComponent(callId)}/wrap-ups/${turn}`;
}

function parsed(text: string | null): WrapUp | null {
  try {
    const { note, disposition } = JSON.parse(text ?? "") as Partial<WrapUp>;
    return typeof note === "string" ? { note, disposition: disposition ?? null } : null;
  } catch {
    return null;
  }
}
