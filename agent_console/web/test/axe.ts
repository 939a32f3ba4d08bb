/** Faults in what a test has painted that keep somebody out. */

import axe from "axe-core";

/** What axe finds wrong; colours are checked with the tokens, jsdom paints nothing. */
export async function faults(): Promise<string[]> {
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  return [...violations.map((it) => `${it.id}: ${it.nodes[0]?.html}`), ...misnamed()];
}

/** What cannot be asked for by voice: its name lacks what it shows. Axe's own rule for it sees no text in jsdom. */
function misnamed(): string[] {
  const named = [...document.querySelectorAll<HTMLElement>(":is(button, a)[aria-label]")];
  return named
    .filter((it) => !plain(it.getAttribute("aria-label")).includes(plain(shownIn(it))))
    .map((it) => `name without what it shows: ${it.getAttribute("aria-label")} (${shownIn(it)})`);
}

function shownIn(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement;
  for (const hidden of copy.querySelectorAll("[aria-hidden], .unseen")) hidden.remove();
  return copy.textContent ?? "";
}

function plain(text: string | null): string {
  return (text ?? "").toLowerCase().replace(/\s+/g, " ").trim();
}
