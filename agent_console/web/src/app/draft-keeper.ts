/** Carries drafts to the server and keeps them in this browser until they are there. */

import { type Api, ApiError } from "../api/client";
import type { WrapUp } from "../api/rest";
import { type DraftEvent, type Drafts, draftOf, foldDraft, isUnsaved, saveDelayMs } from "../state/drafts";
import { createStore, type Store } from "../state/store";

export interface DraftKeeper {
  readonly drafts: Store<Drafts>;
  /** Whose drafts these are; those left over from an earlier page are taken up again. */
  begin(userId: number): void;
  end(): void;
  /** Gets what the server has for this call. */
  open(call: string): Promise<void>;
  type(call: string, text: WrapUp): void;
  /** Ends the after-call work. Throws what the server refuses; the text stays then. */
  finish(call: string): Promise<void>;
  retry(call: string): void;
  discard(call: string): void;
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
    keep(event.call);
    schedule(event.call);
  };

  function keep(call: string): void {
    if (user === null) return;
    const draft = draftOf(drafts.get(), call);
    const { note, disposition } = draft;
    try {
      if (!isUnsaved(draft)) storage.removeItem(prefix() + call);
      else storage.setItem(prefix() + call, JSON.stringify({ note, disposition }));
    } catch {
      // The browser's storage is full: the text goes to the server all the same.
    }
  }

  function schedule(call: string): void {
    clearTimeout(timers.get(call));
    timers.delete(call);
    const draft = draftOf(drafts.get(), call);
    const rest = saveDelayMs(draft);
    if (rest === null || underWay.has(call)) return;
    timers.set(
      call,
      setTimeout(() => void save(call), draft.state === "dirty" ? capped(call, rest) : rest),
    );
  }

  /** Who types without a pause is saved all the same. */
  function capped(call: string, rest: number): number {
    const since = unsentSince.get(call) ?? Date.now();
    unsentSince.set(call, since);
    return Math.max(0, Math.min(rest, since + LONGEST_UNSENT_MS - Date.now()));
  }

  async function save(call: string): Promise<void> {
    unsentSince.delete(call);
    const sending = send(call);
    underWay.set(call, sending);
    await sending;
    underWay.delete(call);
    schedule(call);
  }

  async function send(call: string): Promise<void> {
    const { note, disposition, edit } = draftOf(drafts.get(), call);
    fold({ type: "saving", call });
    try {
      await api.request("PUT", wrapUpPath(call), { body: { note, disposition }, keepalive: true });
      fold({ type: "saved", call, edit });
    } catch (error) {
      const final = error instanceof ApiError && error.status < 500 && !CURABLE.has(error.status);
      fold(final ? { type: "refused", call, edit, code: error.code } : { type: "failed", call, edit });
    }
  }

  async function open(call: string): Promise<void> {
    const owner = user;
    try {
      const { note, disposition } = await api.request<WrapUp>("GET", wrapUpPath(call));
      if (user === owner) fold({ type: "fetched", call, note, disposition });
    } catch (error) {
      // Nothing there yet.
      if (error instanceof ApiError && error.status < 500) return;
      // An empty field is not what was noted before: ask again, unless the agent has begun to type.
      setTimeout(() => {
        if (user === owner && draftOf(drafts.get(), call).edit === 0) void open(call);
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
        if (text) fold({ type: "recovered", call: key.slice(prefix().length), ...text });
      }
    },
    end,
    open,
    type: (call, text) => fold({ type: "typed", call, ...text }),
    async finish(call) {
      clearTimeout(timers.get(call));
      // A save that arrives after the end would be refused, so let it arrive before.
      await underWay.get(call);
      const { note, disposition } = draftOf(drafts.get(), call);
      try {
        await api.request("POST", `${wrapUpPath(call)}/done`, { body: { note, disposition } });
      } catch (error) {
        schedule(call);
        throw error;
      }
      fold({ type: "finished", call });
    },
    retry: (call) => fold({ type: "retry", call }),
    discard: (call) => fold({ type: "finished", call }),
    flush() {
      for (const [call, timer] of timers) {
        clearTimeout(timer);
        void save(call);
      }
      timers.clear();
    },
  };
}

function wrapUpPath(call: string): string {
  return `/calls/${encodeURIComponent(call)}/wrap-up`;
}

function parsed(text: string | null): WrapUp | null {
  try {
    const { note, disposition } = JSON.parse(text ?? "") as Partial<WrapUp>;
    return typeof note === "string" ? { note, disposition: disposition ?? null } : null;
  } catch {
    return null;
  }
}
