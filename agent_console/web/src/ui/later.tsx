/** A part of the console whose code and words are fetched apart: ahead of time, or at the latest when it is shown. */

import { type ComponentType, type ReactNode, use } from "react";
import type { Language } from "../i18n/catalogue";
import { useLanguage } from "./hooks";

/** What did not come is asked for again, but not within the moment in which its failure is shown. */
const FORGET_FAILURE_MS = 1_000;

export interface WordsToFetch {
  load(language: Language): Promise<void>;
}

export interface Later<P = object> {
  /** Suspends until it is all there; once it is, it is shown at once. Throws when it does not come. */
  (props: P): ReactNode;
  /** Fetches code and words unless they are there or on their way. */
  ahead(language: Language): Promise<unknown>;
}

export function later<P extends object = object>(
  load: () => Promise<{ default: ComponentType<P> }>,
  words: WordsToFetch,
): Later<P> {
  let loaded: ComponentType<P> | null = null;
  let coming: Promise<ComponentType<P>> | null = null;

  async function fetched(): Promise<ComponentType<P>> {
    try {
      loaded = (await load()).default;
      return loaded;
    } catch (error) {
      setTimeout(() => {
        coming = null;
      }, FORGET_FAILURE_MS);
      throw error;
    }
  }

  function code(): Promise<ComponentType<P>> {
    coming ??= fetched();
    return coming;
  }

  function ahead(language: Language): Promise<unknown> {
    return Promise.all([code(), words.load(language)]);
  }

  function Part(props: P) {
    const language = useLanguage();
    if (!loaded) words.load(language).catch(() => undefined);
    const Loaded = loaded ?? use(code());
    return <Loaded {...props} />;
  }

  return Object.assign(Part, { ahead });
}
