/** Who is signed in, if anyone. */

import { type Api, ApiError, ServerAway } from "../api/client";
import type { Me } from "../api/rest";
import type { Ended } from "../state/connection";
import { createStore, type Store } from "../state/store";

export type Session =
  | { readonly state: "looking"; readonly away: boolean }
  /** `ended` is null when the user signed out here. */
  | { readonly state: "signed_out"; readonly ended: Ended | null }
  | { readonly state: "signed_in"; readonly me: Me };

export interface SessionKeeper {
  readonly store: Store<Session>;
  /** Finds out whether this browser is signed in already; waits for a server that is away. */
  look(): Promise<void>;
  /** Throws ApiError or ServerAway when it does not work. */
  signIn(login: string, password: string): Promise<void>;
  signOut(): Promise<void>;
  expired(ended: Ended): void;
  /** False only when the server said that nobody is signed in here. Takes over what else it says. */
  isSignedIn(): Promise<boolean>;
}

const LOOK_AGAIN_MS = 2_000;

/** `prepare` is waited for before anything is shown to who has just signed in. */
export function createSession(api: Api, prepare: (me: Me) => Promise<void>): SessionKeeper {
  const store = createStore<Session>({ state: "looking", away: false });
  const enter = (me: Me) => {
    api.setCsrf(me.csrf);
    store.set({ state: "signed_in", me });
  };
  const leave = (ended: Ended | null) => {
    api.setCsrf(null);
    store.set({ state: "signed_out", ended });
  };
  const welcome = async (me: Me) => {
    await prepare(me);
    enter(me);
  };
  const renew = (me: Me) => {
    const now = store.get();
    if (now.state === "signed_in" && JSON.stringify(now.me) !== JSON.stringify(me)) enter(me);
  };
  return {
    store,
    async look() {
      try {
        await welcome(await api.request<Me>("GET", "/session"));
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return leave(null);
        store.set({ state: "looking", away: true });
        setTimeout(() => void this.look(), LOOK_AGAIN_MS);
      }
    },
    async signIn(login, password) {
      const body = { login, password };
      await welcome(await api.request<Me>("POST", "/session", { body, timeoutMs: 20_000 }));
    },
    async signOut() {
      try {
        await api.request("DELETE", "/session");
      } catch (error) {
        // Without the server the session cannot be ended there; it runs out by itself.
        if (!(error instanceof ServerAway || error instanceof ApiError)) throw error;
      }
      leave(null);
    },
    expired: leave,
    async isSignedIn() {
      try {
        renew(await api.request<Me>("GET", "/session"));
        return true;
      } catch (error) {
        return !(error instanceof ApiError && error.status === 401);
      }
    },
  };
}
