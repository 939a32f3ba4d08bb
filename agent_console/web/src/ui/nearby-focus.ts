/** Keeps the focus nearby when the control that has it can be pressed no longer, or goes away. */

import { type RefObject, useLayoutEffect } from "react";

/**
 * A browser lets the focus fall to the page's beginning then; it goes to the part of the page around it instead: what
 * has `tabindex="-1"`.
 */
export function useNearbyFocus(element: RefObject<HTMLElement | null>, impossible = false): void {
  useLayoutEffect(() => {
    if (impossible) leave(element.current);
  }, [element, impossible]);
  useLayoutEffect(() => {
    const control = element.current;
    // Before it leaves the page: after that nobody knows any more that it had the focus.
    return () => leave(control);
  }, [element]);
}

function leave(control: HTMLElement | null): void {
  if (control?.contains(document.activeElement))
    control.closest<HTMLElement>("[tabindex='-1']")?.focus({ preventScroll: true });
}
