/** A part of the console whose code is fetched apart: ahead of time, or at the latest when it is first shown. */

import { type ComponentType, type ReactNode, use } from "react";

/** What did not come is asked for again, but not within the moment in which its failure is shown. */
const FORGET_FAILURE_MS = 1_000;

export interface Later<P = object> {
  /** Suspends until its code is there; once it is, it is shown at once. Throws when the code does not come. */
  (props: P): ReactNode;
  /** Fetches the code unless it is there or on its way. */
  ahead(): Promise<unknown>;
}

export function later<P extends object = object>(
  load: () => Promise<{ default: ComponentType<P> }>,
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

  function ahead(): Promise<ComponentType<P>> {
    coming ??= fetched();
    return coming;
  }

  function Part(props: P) {
    const Loaded = loaded ?? use(ahead());
    return <Loaded {...props} />;
  }

  return Object.assign(Part, { ahead });
}
