/** Keys that act wherever the focus is, as long as what they belong to is shown. */

import { useEffect, useRef } from "react";

/** Called with each press of a key; not while it is held down, nor with those of an input method. */
export function usePageKeys(act: (event: KeyboardEvent) => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!event.repeat && !event.isComposing) latest.current(event);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}
