/** What the person at this page has begun on it: text in fields, an open dialog, and when they last touched it. */

export interface Hands {
  /** Something that was typed or chosen, a dialog or a menu would be gone with the page. */
  somethingEntered(): boolean;
  /** In milliseconds. */
  untouchedMs(): number;
}

const OPEN = "dialog[open], [role=menu], input[type=radio]:checked";
/** Not what stands in the page's address and comes again with it (`data-in-address`). */
const FIELDS = "textarea, input:not([type=radio], [type=date], [data-in-address])";

export function createHands(page: Document): Hands {
  let touchedAt = Date.now();
  const touched = () => {
    touchedAt = Date.now();
  };
  for (const event of ["keydown", "pointerdown", "pointermove", "wheel"]) {
    page.addEventListener(event, touched, { capture: true, passive: true });
  }
  return {
    somethingEntered: () =>
      page.querySelector(OPEN) !== null ||
      [...page.querySelectorAll<HTMLInputElement>(FIELDS)].some(({ value }) => value !== ""),
    untouchedMs: () => Date.now() - touchedAt,
  };
}
