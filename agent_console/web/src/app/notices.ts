/** Short messages about what just happened; an error stays until it is dismissed or a while has passed. */

import type { Me } from "../api/rest";
import { createStore, type Store } from "../state/store";
import type { UnfitTrouble } from "../state/unfit";

/** What an administrator changed of the user under way. */
export type Change =
  | { readonly what: "phone_administrator" | "phone_password" | "no_phone" }
  | { readonly what: "role"; readonly role: Me["user"]["role"] }
  | { readonly what: "extension"; readonly extension: string };

/** What to say: a refusal by its code, or a sentence of ours by its key. */
export type Saying =
  | { readonly kind: "refused"; readonly code: string; readonly detail: string }
  | {
      readonly kind: "done";
      readonly key: "stuck.done" | "test.placed" | "ready.again";
      readonly name: string;
    }
  /** The agent asked to be ready, and this keeps the phone from it. */
  | { readonly kind: "unfit"; readonly trouble: UnfitTrouble }
  | { readonly kind: "told"; readonly change: Change }
  /** What the agent may want to do, of which nothing else would remind them. */
  | { readonly kind: "hint"; readonly key: "ready.notifications" };

interface Notice {
  readonly id: number;
  readonly saying: Saying;
}

export interface Notices {
  readonly store: Store<readonly Notice[]>;
  say(saying: Saying): void;
  dismiss(id: number): void;
}

const STAY_MS = { refused: 12_000, unfit: 6_000, done: 5_000, told: 20_000, hint: 20_000 } as const;
const MOST = 3;

export function createNotices(): Notices {
  const store = createStore<readonly Notice[]>([]);
  let last = 0;
  const dismiss = (id: number) => store.update((now) => now.filter((notice) => notice.id !== id));
  return {
    store,
    dismiss,
    say(saying) {
      last += 1;
      const id = last;
      store.update((now) => [...now, { id, saying }].slice(-MOST));
      setTimeout(() => dismiss(id), STAY_MS[saying.kind]);
    },
  };
}
