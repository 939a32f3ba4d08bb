/** Language and appearance: kept in this browser for the next sign-in page, and with the user on the server. */

import type { Api } from "../api/client";
import type { Language } from "../i18n/catalogue";
import { createStore, type Store } from "../state/store";

export type Theme = "light" | "dark" | "system";

interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
}

/** Also read by public/theme.js, which paints the right colours before the console is loaded. */
const KEY = "ringdesk.preferences";

export interface PreferenceKeeper {
  readonly store: Store<Preferences>;
  choose(change: Partial<Preferences>): void;
  /** The user's own choice, unless one was made here on the sign-in page a moment ago. */
  signedIn(saved: { language: string; theme?: string | undefined }): void;
  signedOut(): void;
}

export function createPreferences(api: Api, storage: Storage, systemLanguage: string): PreferenceKeeper {
  const store = createStore<Preferences>(initial(storage, systemLanguage));
  let user = false;
  let chosenBefore: Partial<Preferences> = {};
  const put = () => {
    storage.setItem(KEY, JSON.stringify(store.get()));
  };
  const send = () => {
    // Kept here in any case; the server's copy is only for the user's other computers.
    api.request("PUT", "/me/preferences", { body: store.get() }).catch(() => undefined);
  };
  return {
    store,
    choose(change) {
      store.update((now) => ({ ...now, ...change }));
      put();
      if (user) send();
      else chosenBefore = { ...chosenBefore, ...change };
    },
    signedIn(saved) {
      user = true;
      const theirs: Preferences = {
        language: languageOf(saved.language) ?? store.get().language,
        theme: themeOf(saved.theme) ?? store.get().theme,
      };
      store.set({ ...theirs, ...chosenBefore });
      put();
      if (Object.keys(chosenBefore).length > 0) send();
      chosenBefore = {};
    },
    signedOut() {
      user = false;
    },
  };
}

function initial(storage: Storage, systemLanguage: string): Preferences {
  let kept: { language?: unknown; theme?: unknown } = {};
  try {
    kept = JSON.parse(storage.getItem(KEY) ?? "{}") as typeof kept;
  } catch {
    // Written by something else: begin anew.
  }
  return {
    language: languageOf(kept.language) ?? (systemLanguage.toLowerCase().startsWith("zh") ? "zh" : "en"),
    theme: themeOf(kept.theme) ?? "system",
  };
}

function languageOf(value: unknown): Language | null {
  return value === "zh" || value === "en" ? value : null;
}

function themeOf(value: unknown): Theme | null {
  return value === "light" || value === "dark" || value === "system" ? value : null;
}
