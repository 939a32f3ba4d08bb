/** A part of the console whose code is fetched apart: ahead of time, or at the latest when it is first shown. */

import { type ComponentType, use } from "react";

/** What did not come is asked for again, but not within the moment in which its failure is shown. */
const FORGET_FAILURE_MS = 1_000;

interface Later {
  /** Suspends until its code is there; once it is, it is shown at once. Throws when the code does not come. */
  (): React.ReactNode;
  /** Fetches the code unless it is there or on its way. */
  ahead(): Promise<unknown>;
}

export function later(load: () => Promise<{ default: ComponentType }>): Later {
  let loaded: ComponentType | null = null;
  let coming: Promise<ComponentType> | null = null;

  async function fetched(): Promise<ComponentType> {
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

  function ahead(): Promise<ComponentType> {
    coming ??= fetched();
    return coming;
  }

  function Part() {
    const Loaded = loaded ?? use(ahead());
    return <Loaded />;
  }

  return Object.assign(Part, { ahead });
}
