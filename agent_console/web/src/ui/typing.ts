/** Whether a key press is text. */

/** In a field, where a letter is text; on a radio button, which is an input too, it is none. */
const FIELD = "input:not([type='radio']), textarea, select, [contenteditable]";

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(FIELD) !== null;
}
