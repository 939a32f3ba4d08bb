/** Language and appearance: kept in this browser for the next sign-in page, and with the user on the server. */

import type { Api } from "../api/client";
import { canSpeak, type Language, learn } from "../i18n/catalogue";
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
  /** A language is spoken as soon as its words are there. */
  choose(change: Partial<Preferences>): void;
  /** Fetches what the user's own language takes, so that nothing is shown in another first. Never throws. */
  prepare(saved: { language: string }): Promise<void>;
  /** The user's own choice, unless one was made here on the sign-in page a moment ago. */
  signedIn(saved: { language: string; theme?: string | undefined }): void;
  signedOut(): void;
}

export function createPreferences(
  api: Api,
  storage: Storage,
  systemLanguage: string,
  onNoWords: () => void = () => undefined,
): PreferenceKeeper {
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
  const take = (change: Partial<Preferences>) => {
    store.update((now) => ({ ...now, ...change }));
    put();
    if (user) send();
    else chosenBefore = { ...chosenBefore, ...change };
  };
  return {
    store,
    choose(change) {
      const { language } = change;
      if (language === undefined || canSpeak(language)) take(change);
      else learn(language).then(() => take(change), onNoWords);
    },
    async prepare(saved) {
      const language = chosenBefore.language ?? languageOf(saved.language);
      if (language && !canSpeak(language)) await learn(language).catch(() => undefined);
    },
    signedIn(saved) {
      user = true;
      const language = languageOf(saved.language);
      const theirs: Preferences = {
        language: language && canSpeak(language) ? language : store.get().language,
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
