/** Asked for by a key, wherever the focus is; the part of the page that can do it listens. */

import { useEffect, useRef } from "react";

export const ASK = {
  ready: "ringdesk:ready",
  pause: "ringdesk:pause",
  search: "ringdesk:search",
  list: "ringdesk:list",
  transfer: "ringdesk:transfer",
} as const;

export type Asked = (typeof ASK)[keyof typeof ASK];

export function ask(asked: Asked): void {
  window.dispatchEvent(new Event(asked));
}

export function useAsked(asked: Asked | undefined, act: () => unknown): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (asked === undefined) return;
    const hear = () => void latest.current();
    window.addEventListener(asked, hear);
    return () => window.removeEventListener(asked, hear);
  }, [asked]);
}
